/// Reads members of one object of an import file and gathers all that is wrong with them. Null
/// means absent, and unknown members are nobody's business, as in the API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/import/row_failure.h"
#include "engine/core/json.h"

namespace muster {

class ObjectReader {
 public:
  /// More than this helps nobody to mend a row.
  static constexpr std::size_t kFaultsMax = 16;

  /// `pointer` leads to the object. A value that is no object is a fault. The document of `object`
  /// and `faults` must outlive this.
  ObjectReader(JsonValue object, std::string pointer, std::vector<Fault>& faults);

  /// Empty when absent, and a fault when it is of another kind.
  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] std::string required_text(std::string_view name);
  [[nodiscard]] bool flag(std::string_view name);
  /// 0 when absent. A number from 0 to 2^32 - 1.
  [[nodiscard]] std::uint32_t count(std::string_view name);

  [[nodiscard]] bool has(std::string_view name) const { return object_.find_set(name).has_value(); }

  /// The member, which must be an object, as minified JSON.
  [[nodiscard]] std::string object_json(std::string_view name);
  /// A hash object or a string, as JSON.
  [[nodiscard]] std::string hash_json(std::string_view name);
  /// A reader of the member, which must be an object; nothing when it is absent or none.
  [[nodiscard]] std::optional<ObjectReader> object(std::string_view name);

  /// Calls `read` with a reader for each element of the array.
  template <class Read>
  void each(std::string_view name, Read read) {
    std::size_t index = 0;
    for (const JsonValue element : elements(name)) {
      read(ObjectReader{element, pointer_to(name) + "/" + std::to_string(index++), faults_});
    }
  }

  void wrong(std::string_view name, std::string_view rule, std::string_view reason);

  [[nodiscard]] JsonValue value() const { return object_; }

  [[nodiscard]] std::vector<Fault>& faults() { return faults_; }

 private:
  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  void add_fault(std::string pointer, std::string_view rule, std::string_view reason);
  // None when it is absent or no array.
  std::vector<JsonValue> elements(std::string_view name);

  JsonValue object_;
  std::string pointer_;
  std::vector<Fault>& faults_;
};

/// The failed row of all those faults; there is at least one.
RowFailure refused_row(std::uint64_t line, std::string key, std::vector<Fault> faults);

}  // namespace muster
