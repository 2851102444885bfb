#include "api/http/router.h"

#include <algorithm>
#include <utility>

#include "api/http/percent.h"
#include "engine/core/check.h"

namespace muster {
namespace {

using Segments = std::array<std::string_view, Router::kSegmentsMax>;

std::uint32_t bit_of(Method method) {
  return 1U << static_cast<unsigned>(method);
}

// The segments of "/a/b" are "a" and "b", those of "/" one empty one. Nothing when there are more
// than the longest pattern can have.
std::optional<std::size_t> split(std::string_view path, Segments& segments) {
  if (!path.starts_with('/')) return std::nullopt;
  std::size_t count = 0;
  while (!path.empty()) {
    if (count == segments.size()) return std::nullopt;
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments[count++] = path.substr(0, end);
    path.remove_prefix(end);
  }
  return count;
}

bool is_variable(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

bool is_rest(std::string_view segment) {
  return is_variable(segment) && segment.ends_with("...}");
}

std::string decoded(std::string_view text) {
  std::string out;
  append_percent_decoded(out, text, Plus::kIsPlus);
  return out;
}

void add_parameter(Request& request, std::string_view name, std::string_view encoded) {
  if (encoded.find('%') == std::string_view::npos) {
    request.add_path_parameter(name, encoded);
  } else {
    request.add_path_parameter(name, decoded(encoded));
  }
}

bool segments_are_equal(std::string_view encoded, std::string_view literal) {
  if (encoded.find('%') == std::string_view::npos) return encoded == literal;
  return decoded(encoded) == literal;
}

}  // namespace

struct Router::Node {
  struct Literal {
    std::string text;
    std::unique_ptr<Node> node;
  };

  std::vector<Literal> literals;
  std::unique_ptr<Node> variable;
  std::unique_ptr<Node> rest;  // takes all segments that are left
  std::array<const Route*, kMethodCount> routes{};

  [[nodiscard]] const Node* literal(std::string_view encoded) const {
    for (const auto& child : literals) {
      if (segments_are_equal(encoded, child.text)) return child.node.get();
    }
    return nullptr;
  }

  [[nodiscard]] const Route* route(Method method) const {
    const auto* own = routes[static_cast<std::size_t>(method)];
    if (own == nullptr && method == Method::kHead)
      return routes[static_cast<std::size_t>(Method::kGet)];
    return own;
  }

  [[nodiscard]] std::uint32_t allowed() const {
    std::uint32_t bits = 0;
    for (const auto* route : routes) {
      if (route != nullptr) bits |= bit_of(route->method);
    }
    if ((bits & bit_of(Method::kGet)) != 0) bits |= bit_of(Method::kHead);
    return bits == 0 ? 0 : bits | bit_of(Method::kOptions);
  }
};

// The way from the root down to where the search is. Going back tries the variable of a node whose
// literal led nowhere; each node of the tree is entered at most once.
struct Router::Walk {
  struct Step {
    const Node* node;
    bool through_variable;  // whether the step to the next node took its variable
  };

  std::array<Step, kSegmentsMax + 1> steps{};
  std::size_t depth = 0;

  // Sets `depth` to the deepest step that has an untried variable for its segment.
  bool go_back(const Segments& segments) {
    while (depth > 0) {
      --depth;
      if (!steps[depth].through_variable && take_variable(segments)) return true;
    }
    return false;
  }

  bool take_variable(const Segments& segments) {
    auto& step = steps[depth];
    if (!step.node->variable || segments[depth].empty()) return false;
    step.through_variable = true;
    enter(step.node->variable.get());
    return true;
  }

  bool take_literal(const Segments& segments) {
    const auto* next = steps[depth].node->literal(segments[depth]);
    if (next == nullptr) return false;
    enter(next);
    return true;
  }

  void enter(const Node* node) { steps[++depth] = {node, false}; }
};

Router::Router() : root_{std::make_unique<Node>()} {}

Router::~Router() = default;

Router::Router(Router&&) noexcept = default;

Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method,
                 std::string_view pattern,
                 std::string_view operation_id,
                 ImmediateHandler handler,
                 RouteOptions options) {
  add_route(Route{method,
                  std::string{pattern},
                  std::string{operation_id},
                  std::move(handler),
                  std::move(options),
                  {}});
}

void Router::add(Method method,
                 std::string_view pattern,
                 std::string_view operation_id,
                 AsyncHandler handler,
                 RouteOptions options) {
  add_route(Route{method,
                  std::string{pattern},
                  std::string{operation_id},
                  std::move(handler),
                  std::move(options),
                  {}});
}

void Router::add_route(Route route) {
  check(route.method != Method::kOther, "a route needs a method");
  auto& kept = routes_.emplace_back(std::move(route));
  Segments segments;
  const auto count = split(kept.pattern, segments);
  check(count.has_value(), "a pattern starts with a slash and has a bounded number of segments");
  auto* node = root_.get();
  for (std::size_t i = 0; i < *count; ++i) {
    const auto segment = segments[i];
    std::unique_ptr<Node>* next = &node->variable;
    if (is_rest(segment)) {
      check(i + 1 == *count, "a variable for the rest of a path ends its pattern");
      kept.variables.emplace_back(segment.substr(1, segment.size() - 5));
      next = &node->rest;
    } else if (is_variable(segment)) {
      kept.variables.emplace_back(segment.substr(1, segment.size() - 2));
    } else {
      auto found = std::ranges::find(node->literals, segment, &Node::Literal::text);
      if (found == node->literals.end()) {
        found = node->literals.insert(found, Node::Literal{std::string{segment}, nullptr});
      }
      next = &found->node;
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  auto& place = node->routes[static_cast<std::size_t>(kept.method)];
  check(place == nullptr, "two routes have the same method and pattern");
  place = &kept;
}

Router::Match Router::find(Request& request) const {
  request.begin_path_parameters();
  Match match;
  Segments segments;
  const auto count = split(request.path(), segments);
  if (!count) return match;
  Walk walk;
  walk.steps[0] = {root_.get(), false};
  std::optional<Walk> rest;  // the first way to a node that takes all that is left
  for (bool alive = true; alive;) {
    if (walk.depth < *count) {
      if (walk.steps[walk.depth].node->rest && !segments[walk.depth].empty() && !rest) {
        rest = walk;
      }
      alive = walk.take_literal(segments) || walk.take_variable(segments) || walk.go_back(segments);
      continue;
    }
    const auto* node = walk.steps[walk.depth].node;
    match.route = node->route(request.method);
    if (match.route != nullptr) break;
    match.allowed |= node->allowed();
    alive = walk.go_back(segments);
  }
  if (match.route == nullptr && rest) {
    walk = *rest;
    const auto* node = walk.steps[walk.depth].node->rest.get();
    match.route = node->route(request.method);
    match.allowed |= node->allowed();
  } else {
    rest.reset();
  }
  if (match.route == nullptr) return match;
  std::size_t variable = 0;
  for (std::size_t i = 0; i < walk.depth; ++i) {
    if (!walk.steps[i].through_variable) continue;
    add_parameter(request, match.route->variables[variable++], segments[i]);
  }
  if (rest) {
    const char* const begin = segments[walk.depth].data();
    const char* const end = segments[*count - 1].data() + segments[*count - 1].size();
    request.add_path_parameter(match.route->variables[variable],
                               {begin, static_cast<std::size_t>(end - begin)});
  }
  return match;
}

std::string allow_value(std::uint32_t allowed) {
  std::string value;
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    if ((allowed >> i & 1U) == 0) continue;
    if (!value.empty()) value.append(", ");
    value.append(name_of(static_cast<Method>(i)));
  }
  return value;
}

}  // namespace muster
