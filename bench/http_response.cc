#include "bench/http_response.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace muster {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kVersion = "HTTP/1.1 ";

char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(
      text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) {
        return lower(a) == b;
      });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

HttpParse malformed() {
  HttpParse parse;
  parse.state = HttpParse::State::kMalformed;
  parse.bytes = 0;
  return parse;
}

HttpParse needs(std::size_t bytes) {
  HttpParse parse;
  parse.bytes = bytes;
  return parse;
}

// Nothing when the head does not say.
std::optional<std::size_t> body_bytes(int status, std::string_view head) {
  if (status < 200 || status == 204 || status == 304) {
    return 0;
  }
  return number_in<std::size_t>(header_value(head, "content-length"));
}

}  // namespace

std::string_view header_value(std::string_view head, std::string_view name) {
  auto line_end = head.find(kLineEnd);
  while (line_end != std::string_view::npos) {
    const auto begin = line_end + kLineEnd.size();
    line_end = head.find(kLineEnd, begin);
    const std::string_view line = head.substr(
        begin, line_end == std::string_view::npos ? std::string_view::npos : line_end - begin);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        equal_ignoring_case(line.substr(0, name.size()), name)) {
      return trimmed(line.substr(name.size() + 1));
    }
  }
  return {};
}

HttpParse parse_http_response(std::string_view buffer) {
  const auto head_end = buffer.find(kHeadEnd);
  if (head_end == std::string_view::npos) {
    const std::string_view start = buffer.substr(0, kVersion.size());
    const bool wrong_start = start != kVersion.substr(0, start.size());
    return wrong_start || buffer.size() > kHttpHeadBytesMax ? malformed()
                                                            : needs(buffer.size() + 1);
  }

  const std::string_view head = buffer.substr(0, head_end);
  if (!head.starts_with(kVersion)) {
    return malformed();
  }
  const auto status = number_in<int>(head.substr(kVersion.size(), 3));
  if (!status || *status < 100) {
    return malformed();
  }
  const auto length = body_bytes(*status, head);
  if (!length || *length > kHttpBodyBytesMax) {
    return malformed();
  }

  const std::size_t body_begin = head_end + kHeadEnd.size();
  if (buffer.size() - body_begin < *length) {
    return needs(body_begin + *length);
  }
  HttpParse parse;
  parse.state = HttpParse::State::kComplete;
  parse.bytes = body_begin + *length;
  parse.response.status = *status;
  parse.response.head = head;
  parse.response.body = buffer.substr(body_begin, *length);
  parse.response.close = equal_ignoring_case(header_value(head, "connection"), "close");
  return parse;
}

}  // namespace muster
