#include "api/http/response.h"

#include <algorithm>
#include <functional>

#include "api/http/request.h"

namespace muster {

void Response::add_header(std::string_view name, std::string_view value) {
  const std::less_equal<> before;
  if (before(lines_.data(), value.data()) && before(value.data(), lines_.data() + lines_.size())) {
    add_header(name, std::string{value});  // one of this response's own: it would move meanwhile
    return;
  }
  lines_.append(name).append(": ");
  const auto at = lines_.size();
  lines_.append(value);
  std::replace_if(
      lines_.begin() + static_cast<std::ptrdiff_t>(at),
      lines_.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; },
      ' ');
  lines_.append("\r\n");
}

std::string_view Response::header(std::string_view name) const {
  std::string_view rest = lines_;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    const auto colon = line.find(": ");
    if (equal_ignoring_case(line.substr(0, colon), name)) return line.substr(colon + 2);
  }
  return {};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Entity";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

}  // namespace muster
