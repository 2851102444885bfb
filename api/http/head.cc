#include "api/http/head.h"

#include <charconv>

#include <sys/random.h>

#include "engine/core/bytes.h"
#include "engine/core/check.h"

namespace muster {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_line(std::string& out, std::string_view name_and_colon, std::string_view value) {
  out.append(name_and_colon).append(value).append("\r\n");
}

// RFC 9110 section 8.6: neither with 204 nor, as we send it, with 304.
bool states_length(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

std::string_view DateLine::at(std::time_t now) {
  if (now != made_) {
    made_ = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 48> text;
    // The process never sets a locale, so the names are English.
    const auto size =
        std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    line_.assign(text.data(), size);
  }
  return line_;
}

bool sends_body(Method method, int status) {
  return method != Method::kHead && states_length(status);
}

void append_chunk_head(std::string& out, std::size_t bytes) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes, 16).ptr;
  out.append(digits.data(), end).append("\r\n");
}

void append_head(std::string& out,
                 const Request& request,
                 const Response& response,
                 const HeadOptions& options) {
  if (response.status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(response.status));
    out.push_back(' ');
    append_line(out, reason_phrase(response.status), {});
  }
  out.append(options.date_line);
  if (!response.content_type.empty()) append_line(out, "Content-Type: ", response.content_type);
  if (response.source()) {
    if (options.http_11) out.append("Transfer-Encoding: chunked\r\n");
  } else if (states_length(response.status)) {
    out.append("Content-Length: ");
    append_number(out, response.bytes().size());
    out.append("\r\n");
  }
  out.append(response.header_lines());
  if (!request.request_id.empty()) {
    const auto client_id = request.client_request_id();
    append_line(out, "X-Request-Id: ", client_id.empty() ? request.request_id : client_id);
    append_line(out, "Muster-Request-Id: ", request.request_id);
  }
  if (!options.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (!options.http_11) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void RequestIds::assign(std::string& id) {
  if (used_ == bytes_.size()) {
    // Up to 256 bytes at a time, getrandom neither fails nor returns short once the kernel's pool
    // is set up (getrandom(2)).
    for (std::size_t at = 0; at < bytes_.size(); at += 256) {
      check(getrandom(bytes_.data() + at, 256, 0) == 256, "the kernel gives random bytes");
    }
    used_ = 0;
  }
  id.clear();
  append_base64url(id, {bytes_.data() + used_, kIdBytes});
  used_ += kIdBytes;
}

}  // namespace muster
