/// The table of operations: method and path pattern to handler. Filled before the server starts,
/// read by all its threads afterwards.
///
/// A pattern is a path whose segments are literal or `{name}`; a variable takes exactly one
/// segment, never an empty one; `{name...}`, at the end of a pattern, takes all segments that are
/// left, at least one, as they were sent, when nothing else matches. Literals win over variables
/// segment by segment, with going back: of
/// `/a/system/x` and `/a/{tid}/y` the path `/a/system/y` finds the second.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/reply.h"
#include "api/http/request.h"
#include "api/http/response.h"

namespace muster {

/// Answers at once, on the connection's thread, so it must not block: cache hits and point reads.
using ImmediateHandler = std::function<Response(const Request&)>;
/// Starts on the connection's thread, must not block there either, and answers through `Reply`
/// whenever and wherever it is done. Keeps the request as long as it holds the pointer. May answer
/// before it returns, which costs hardly more than an immediate handler.
using AsyncHandler = std::function<void(std::shared_ptr<Request>, Reply)>;
using Handler = std::variant<ImmediateHandler, AsyncHandler>;

struct RouteOptions {
  /// What a body may be; others get 415. Lower case, static text.
  std::vector<std::string_view> media_types = {"application/json"};
  /// 0: the server's bound.
  std::size_t body_bytes_max = 0;
};

struct Route {
  Method method = Method::kGet;
  std::string pattern;
  std::string operation_id;
  Handler handler;
  RouteOptions options;
  /// Names of the variables in the order of the pattern.
  std::vector<std::string> variables;
};

class Router {
 public:
  /// Segments of the longest path that can match.
  static constexpr std::size_t kSegmentsMax = 24;

  /// What a path and a method lead to.
  struct Match {
    /// Null: see `allowed`.
    const Route* route = nullptr;
    /// One bit per Method of the path's routes, HEAD and OPTIONS included; 0 when the path is
    /// unknown.
    std::uint32_t allowed = 0;
  };

  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Both kinds of handler may be given as lambdas. A bad pattern or the same one twice is a bug.
  void add(Method method,
           std::string_view pattern,
           std::string_view operation_id,
           ImmediateHandler handler,
           RouteOptions options = {});
  void add(Method method,
           std::string_view pattern,
           std::string_view operation_id,
           AsyncHandler handler,
           RouteOptions options = {});

  /// Finds the route and sets the request's path parameters. HEAD finds GET's route unless it has
  /// one of its own.
  Match find(Request& request) const;

  /// In the order they were added.
  [[nodiscard]] const std::deque<Route>& routes() const { return routes_; }

 private:
  struct Node;
  struct Walk;

  void add_route(Route route);

  std::deque<Route> routes_;
  std::unique_ptr<Node> root_;
};

/// "GET, HEAD, OPTIONS" from Match::allowed.
std::string allow_value(std::uint32_t allowed);

}  // namespace muster
