/// What a handler answers. The server adds Date, Content-Length, Connection and the request ids.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/result.h"

namespace muster {

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kProblemType = "application/problem+json";
inline constexpr std::string_view kTextType = "text/plain; charset=utf-8";

/// A part of a body that is made while it is sent. May be empty without being the last.
struct BodyPiece {
  std::string bytes;
  bool last = false;
};

/// Makes a body piece by piece, of any size in bounded memory. The next piece is asked for when the
/// client has taken the one before.
class BodySource {
 public:
  using Done = std::function<void(Result<BodyPiece>)>;

  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// Begins to make the next piece and must not block. `done` is called once, from any thread; a
  /// failure closes the connection, so that the client sees that the body is not whole.
  virtual void next(Done done) = 0;

  /// Whether a piece may be long in coming. Then it is noticed at once when the client goes away.
  [[nodiscard]] virtual bool waits_long() const { return false; }

  /// The connection is gone: nobody takes the piece that is being made. Must not block.
  virtual void give_up() {}
};

class Response {
 public:
  int status = 200;
  /// Static text. Empty: no Content-Type is sent.
  std::string_view content_type;
  /// The body, unless share() gave another.
  std::string body;
  /// The connection is closed once this is sent.
  bool close = false;

  /// Answers with bytes that `owner` keeps alive, without copying them: cached documents.
  void share(std::shared_ptr<const void> owner, std::string_view bytes) {
    owner_ = std::move(owner);
    shared_ = bytes;
  }

  [[nodiscard]] std::string_view bytes() const { return owner_ ? shared_ : std::string_view{body}; }

  /// The body comes from `source`, whose length nobody knows yet.
  void stream(std::shared_ptr<BodySource> source) { source_ = std::move(source); }

  /// Null unless the body is streamed.
  [[nodiscard]] const std::shared_ptr<BodySource>& source() const { return source_; }

  /// Adds a field. Control characters in `value` (a value must never break the header) become
  /// spaces. Content-Length, Date and Connection are the server's business.
  void add_header(std::string_view name, std::string_view value);
  /// Empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;

  /// The added fields as they go on the wire, each line ended.
  [[nodiscard]] std::string_view header_lines() const { return lines_; }

 private:
  std::string lines_;
  std::shared_ptr<const void> owner_;
  std::string_view shared_;
  std::shared_ptr<BodySource> source_;
};

/// 200 unless told otherwise.
inline Response json_response(std::string json, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = kJsonType;
  response.body = std::move(json);
  return response;
}

/// A stored document, sent from where it lies.
inline Response shared_json_response(std::shared_ptr<const void> owner, std::string_view json) {
  Response response;
  response.content_type = kJsonType;
  response.share(std::move(owner), json);
  return response;
}

inline Response text_response(std::string text, int status = 200) {
  Response response;
  response.status = status;
  response.content_type = kTextType;
  response.body = std::move(text);
  return response;
}

inline Response empty_response(int status = 204) {
  Response response;
  response.status = status;
  return response;
}

/// "Not Found"; "Unknown" for a status without a phrase here.
std::string_view reason_phrase(int status);

}  // namespace muster
