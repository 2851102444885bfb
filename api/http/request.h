/// What a handler sees of a request. Plain data: nothing of the HTTP library shows through.
///
/// All text lies in one arena that the request owns, so a request may be copied, moved and kept,
/// and views into it live until it is changed or destroyed. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"

namespace muster {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };
inline constexpr std::size_t kMethodCount = 8;

/// "GET" and so on; "OTHER" for a method that no route can have.
std::string_view name_of(Method method);

class Request {
 public:
  Method method = Method::kGet;
  /// Decoded from chunks. Has at least kBodySpareBytes of capacity behind its end when it is not
  /// empty, so that a JSON parser that reads past the end need not copy it.
  std::string body;
  /// Address of the other end of the connection, without port.
  std::string peer;
  /// Made by the server: 22 characters, base64url of 16 random bytes.
  std::string request_id;
  /// The answer must be there by then; what is left should bound every wait of a handler.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  static constexpr std::size_t kBodySpareBytes = 64;

  /// As sent: path and query in origin form.
  [[nodiscard]] std::string_view target() const { return view(target_); }

  /// Before the question mark, not decoded.
  [[nodiscard]] std::string_view path() const { return view(path_); }

  /// Behind the question mark, not decoded; empty when there is none.
  [[nodiscard]] std::string_view query() const { return view(query_); }

  /// A variable segment of the route's pattern, decoded; empty when the pattern has no such name.
  [[nodiscard]] std::string_view path_parameter(std::string_view name) const;

  /// Decoded as a form is (`+` is a space). Of several with one name the first counts.
  [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const;
  [[nodiscard]] bool query_parameter_repeated(std::string_view name) const;
  /// All of them, decoded, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> query_parameters() const;

  /// Names compare without regard to case. Of several fields with one name the first is returned;
  /// empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
  /// All fields of that name joined by ", ", which is what RFC 9110 section 5.3 says they mean.
  [[nodiscard]] std::string joined_header(std::string_view name) const;
  /// What the client calls this request: its X-Request-Id, if it is 1 to 128 visible ASCII
  /// characters. Personal (it is the client's text), unlike request_id.
  [[nodiscard]] std::string_view client_request_id() const;

  /// W3C trace context, unchecked.
  [[nodiscard]] std::string_view traceparent() const { return header("traceparent"); }

  /// For whoever makes requests: the server and tests of handlers.
  ///
  /// Keeps memory for the next request on the connection, but not a large body's.
  void clear();
  /// Origin form, absolute form or "*". Refuses anything else, fragments, and what is not
  /// percent-encoded UTF-8; so everything decoded from it is valid UTF-8.
  Result<> set_target(std::string_view target);
  void add_header(std::string_view name, std::string_view value);
  /// Forgets the path parameters and makes room for new ones: while they are added, views that were
  /// taken after this call stay valid.
  void begin_path_parameters();
  /// `name` must live as long as the request: it is part of a route's pattern.
  void add_path_parameter(std::string_view name, std::string_view decoded);

  [[nodiscard]] std::size_t header_count() const { return fields_.size(); }

 private:
  struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };

  struct Field {
    Span name;
    Span value;
  };

  struct Parameter {
    std::string_view name;
    Span value;
  };

  [[nodiscard]] std::string_view view(Span span) const {
    return std::string_view{arena_}.substr(span.at, span.size);
  }

  Span keep(std::string_view text);

  std::string arena_;
  Span target_;
  Span path_;
  Span query_;
  std::vector<Field> fields_;
  std::vector<Parameter> parameters_;
};

/// ASCII only, as header names and media types are.
bool equal_ignoring_case(std::string_view left, std::string_view right);

/// The media type of a Content-Type value in lower case, without its parameters.
std::string media_type_of(std::string_view content_type);

}  // namespace muster
