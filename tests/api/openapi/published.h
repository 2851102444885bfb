/// contract.json, the list of facts of the published interface, compared with our document.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace muster::test {

enum class Side { kRequest, kAnswer };

/// Compares types of the list with schemas of the document. Types of the list are
///
///   "string", "integer", "any", ...       "string date-time": with its format
///   "object"                              any members
///   "#Name"                               a schema of the same family
///   ["string"]                            an array
///   {"enum": [...]}                       a string of these
///   {"map": type}                         an object whose values are alike
///   {"fields": {...}, "required": [...]}  an object
class TypeComparison {
 public:
  /// `schemas` are those of one family.
  TypeComparison(const boost::json::value& schemas, const boost::json::value& document)
      : schemas_{schemas}, document_{document} {}

  void compare(const boost::json::value& published, const boost::json::value& ours, Side side);

  /// What differs, each with the published name of the schema it is in: "Pool/name is ...".
  [[nodiscard]] const std::set<std::string>& differences() const { return differences_; }

 private:
  void compare_at(const std::string& place,
                  const boost::json::value& published,
                  const boost::json::value& ours);
  void compare_text(const std::string& place,
                    std::string_view type,
                    const boost::json::value& ours);
  void compare_enum(const std::string& place,
                    const boost::json::array& values,
                    const boost::json::value& ours);
  void compare_fields(const std::string& place,
                      const boost::json::value& published,
                      const boost::json::value& ours);
  void compare_required(const std::string& place,
                        const boost::json::value& published,
                        const boost::json::value& ours);

  void differ(const std::string& place, std::string_view how) {
    differences_.insert(place + " " + std::string{how});
  }

  const boost::json::value& schemas_;
  const boost::json::value& document_;
  Side side_ = Side::kRequest;
  std::set<std::pair<std::string, Side>> seen_;
  std::set<std::string> differences_;
};

}  // namespace muster::test
