#include "tests/api/openapi/document.h"

#include <algorithm>
#include <cctype>

// Boost.JSON's bodies, compiled here, so that tests need no library that the programs do not.
#include <boost/json/src.hpp>

namespace muster::test {
namespace {

namespace json = boost::json;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_variable(std::string_view segment) {
  return segment.starts_with('{');
}

/// One letter for each segment, smaller for a literal; nothing when the path does not match.
std::optional<std::string> rank(std::string_view pattern,
                                const std::vector<std::string_view>& path) {
  const auto segments = segments_of(pattern);
  if (segments.size() != path.size()) {
    return std::nullopt;
  }
  std::string ranks;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_variable(segments[i]) && segments[i] != path[i]) {
      return std::nullopt;
    }
    ranks.push_back(is_variable(segments[i]) ? 'v' : 'l');
  }
  return ranks;
}

}  // namespace

const json::value& resolved(const json::value& document, const json::value& node) {
  if (const auto* either = member(node, "anyOf")) {
    return resolved(document, either->at(0));
  }
  const auto* reference = member(node, "$ref");
  if (reference == nullptr) {
    return node;
  }
  return resolved(document, document.at_pointer(reference->as_string().subview(1)));
}

const json::value* member(const json::value& node, std::string_view name) {
  const auto* object = node.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

std::string_view text(const json::value& node, std::string_view name) {
  const auto* found = member(node, name);
  return found == nullptr || !found->is_string() ? std::string_view{}
                                                 : std::string_view{found->get_string()};
}

std::optional<FoundOperation> find_operation(const json::value& document,
                                             std::string_view method,
                                             std::string_view path) {
  const auto segments = segments_of(path);
  std::string verb{method};
  std::ranges::transform(
      verb, verb.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::optional<FoundOperation> best;
  std::string best_rank;
  for (const auto& [pattern, item] : document.at("paths").as_object()) {
    const auto ranked = rank(pattern, segments);
    if (ranked && (!best || *ranked < best_rank)) {
      best = FoundOperation{pattern, member(item, verb)};
      best_rank = *ranked;
    }
  }
  return best;
}

std::vector<std::string> parameters_in(const json::value& document,
                                       const json::value& operation,
                                       std::string_view place) {
  std::vector<std::string> names;
  for (const json::value& parameter : operation.at("parameters").as_array()) {
    const json::value& one = resolved(document, parameter);
    if (text(one, "in") == place) {
      names.emplace_back(text(one, "name"));
    }
  }
  return names;
}

}  // namespace muster::test
