/// Just enough of HTTP/1.1 (RFC 9112) for a load client: one response at a time out of a buffer.
/// Pure; looks at bytes and touches no socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace muster {

struct HttpResponse {
  int status = 0;
  /// Views into the buffer that was parsed.
  std::string_view head;  // status line and header lines, without the empty line
  std::string_view body;
  /// Whether the server will close the connection after this response.
  bool close = false;
};

/// The value of a header, without white space around it; empty when absent. `name` in lower case.
[[nodiscard]] std::string_view header_value(std::string_view head, std::string_view name);

struct HttpParse {
  enum class State : std::uint8_t {
    kComplete,
    kNeedsMore,
    kMalformed,  // not HTTP/1.1, a body without a length, or larger than the bounds
  };
  State state = State::kNeedsMore;
  /// kComplete: how many bytes of the buffer the response takes. kNeedsMore: how many the buffer
  /// must hold before it is worth looking again.
  std::size_t bytes = 1;
  HttpResponse response;
};

inline constexpr std::size_t kHttpHeadBytesMax = std::size_t{64} << 10U;
inline constexpr std::size_t kHttpBodyBytesMax = std::size_t{64} << 20U;

/// Parses what `buffer` begins with. Responses 1xx, 204 and 304 have no body; every other one must
/// have a Content-Length, because the servers that are measured send one.
[[nodiscard]] HttpParse parse_http_response(std::string_view buffer);

}  // namespace muster
