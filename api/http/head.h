/// The header of an answer as bytes.
#pragma once

#include <array>
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "api/http/request.h"
#include "api/http/response.h"

namespace muster {

/// The Date line, made once a second. One per thread.
class DateLine {
 public:
  /// "Date: Fri, 20 Nov 2026 14:02:07 GMT\r\n" (RFC 9110 section 5.6.7).
  std::string_view at(std::time_t now);

 private:
  std::time_t made_ = -1;
  std::string line_;
};

struct HeadOptions {
  std::string_view date_line;
  bool http_11 = true;
  bool keep_alive = true;
};

/// Appends status line, fields and the empty line. The request ids are echoed.
void append_head(std::string& out,
                 const Request& request,
                 const Response& response,
                 const HeadOptions& options);

/// What comes before the bytes of a chunk (RFC 9112 section 7.1).
void append_chunk_head(std::string& out, std::size_t bytes);

/// Whether an answer to `method` with `status` has a body on the wire (RFC 9112 section 6.3).
bool sends_body(Method method, int status);

/// Fresh request ids from the kernel's random bytes, fetched for many at once. One per thread.
class RequestIds {
 public:
  void assign(std::string& id);

 private:
  static constexpr std::size_t kIdBytes = 16;
  std::array<char, 256 * kIdBytes> bytes_{};
  std::size_t used_ = sizeof(bytes_);
};

}  // namespace muster
