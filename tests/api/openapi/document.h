/// The OpenAPI document as a tree that tests walk.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace muster::test {

/// `node`, or what its `$ref` leads to. `anyOf` is used for "this, or null" only: it leads to the
/// first.
const boost::json::value& resolved(const boost::json::value& document,
                                   const boost::json::value& node);

/// A member; null when `node` is no object or has none of that name.
const boost::json::value* member(const boost::json::value& node, std::string_view name);

/// Empty when there is none.
std::string_view text(const boost::json::value& node, std::string_view name);

struct FoundOperation {
  std::string pattern;
  const boost::json::value* operation;
};

/// The operation that a path reaches, literal segments before variables. Nothing for an unknown
/// path; a null operation for a method that the path lacks.
std::optional<FoundOperation> find_operation(const boost::json::value& document,
                                             std::string_view method,
                                             std::string_view path);

/// Names of the operation's parameters in `place`: "query", "path", "header".
std::vector<std::string> parameters_in(const boost::json::value& document,
                                       const boost::json::value& operation,
                                       std::string_view place);

}  // namespace muster::test
