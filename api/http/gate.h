/// What HTTP itself says to a request before any handler sees it, decided when the header is there.
#pragma once

#include <cstddef>
#include <optional>

#include "api/http/bounds.h"
#include "api/http/request.h"
#include "api/http/response.h"
#include "api/http/router.h"

namespace muster {

/// How a body was announced.
struct BodyHead {
  bool present = false;
  /// Not known for chunks.
  std::optional<std::uint64_t> bytes;
};

struct Admission {
  /// Null when `answer` is set.
  const Route* route = nullptr;
  /// Unknown path, wrong method, OPTIONS, wrong media type, too large, unknown expectation.
  std::optional<Response> answer;
  std::size_t body_bytes_max = 0;
  /// The client waits for "100 Continue" before it sends the body.
  bool expects_continue = false;
  /// `answer` goes out without waiting for the body, and closes the connection.
  bool at_once = false;
};

/// Sets the path parameters of `request`. Expectations are for HTTP/1.1 clients only.
Admission admit(const Router& router,
                Request& request,
                const BodyHead& body,
                bool http_11,
                const HttpBounds& bounds);

}  // namespace muster
