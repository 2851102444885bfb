#include "projections/fold/scanned_event.h"

#include <array>
#include <charconv>

namespace muster {
namespace {

constexpr std::size_t kUuidTextBytes = 36;
constexpr std::size_t kDigestTextBytes = 43;  // 32 bytes in base64url without padding
constexpr std::uint8_t kNoDigit = 64;

constexpr std::array<std::uint8_t, 256> make_base64url_values() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

bool read_digest(std::string_view text, Digest& out) {
  static constexpr auto kValues = make_base64url_values();
  if (text.size() != kDigestTextBytes) {
    return false;
  }
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(c)];
    if (value == kNoDigit) {
      return false;
    }
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[at++] = static_cast<std::uint8_t>(bits >> count);
    }
  }
  return (bits & ((1U << count) - 1)) == 0;  // one spelling per digest
}

/// Takes an open part apart from the left; the first thing out of place fails everything.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_{rest} {}

  [[nodiscard]] bool ok() const { return ok_; }

  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

  /// Steps over `text` if it stands here.
  bool skip_if(std::string_view text) {
    const bool here = ok_ && rest_.starts_with(text);
    rest_.remove_prefix(here ? text.size() : 0);
    return here;
  }

  void skip(std::string_view text) { ok_ = skip_if(text); }

  template <class Number>
  void number(Number& out) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    out = static_cast<Number>(value);
    // One spelling per number: no leading zero.
    const bool plain = digits == 1 || (digits > 1 && rest_[0] != '0');
    ok_ = ok_ && error == std::errc{} && plain && static_cast<std::uint64_t>(out) == value;
    rest_.remove_prefix(ok_ ? digits : 0);
  }

  /// A string that needs no escapes, its quotes included.
  std::string_view plain_text() {
    skip("\"");
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"' && rest_[end] != '\\') {
      ++end;
    }
    if (!ok_ || end == rest_.size() || rest_[end] != '"') {
      ok_ = false;
      return {};
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string_view uuid(StreamId& out) {
    const std::string_view text = plain_text();
    const auto parsed = Uuid::parse(text);
    ok_ = ok_ && parsed;
    out = StreamId{parsed.value_or(Uuid{})};
    return text;
  }

  void digest(Digest& out) { ok_ = read_digest(plain_text(), out) && ok_; }

  /// An array or object with all that is in it.
  std::string_view balanced() {
    ok_ = ok_ && !rest_.empty() && (rest_[0] == '{' || rest_[0] == '[');
    std::size_t depth = 0;
    for (std::size_t at = 0; ok_ && at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (c == '"') {
        at = end_of_string(at);
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        const std::string_view all = rest_.substr(0, at + 1);
        rest_.remove_prefix(at + 1);
        return all;
      }
    }
    ok_ = false;
    return {};
  }

 private:
  /// The place of the quote that ends the string beginning at `at`; the end of everything if none.
  [[nodiscard]] std::size_t end_of_string(std::size_t at) const {
    for (++at; at < rest_.size() && rest_[at] != '"'; ++at) {
      at += rest_[at] == '\\' ? 1U : 0U;
    }
    return at;
  }

  std::string_view rest_;
  bool ok_ = true;
};

void scan_place(Cursor& cursor, ScannedEvent& out) {
  cursor.skip("{\"v\":1,\"log\":");
  cursor.number(out.log);
  cursor.skip(",\"pos\":");
  cursor.number(out.position);
  cursor.skip(",\"time\":");
  cursor.number(out.time);
  cursor.skip(",\"type\":");
  out.type = cursor.plain_text();
  cursor.skip(",\"ver\":");
  cursor.number(out.version);
  cursor.skip(",\"stream\":");
  out.stream_text = cursor.uuid(out.stream);
  cursor.skip(",\"rev\":");
  cursor.number(out.revision);
  out.previous = {};
  if (out.revision > Revision{1}) {
    cursor.skip(",\"prev\":");
    cursor.digest(out.previous);
  }
  cursor.skip(",\"cmd\":");
  cursor.number(out.command);
  out.part = 1;
  out.parts = 1;
  if (cursor.skip_if(",\"part\":")) {
    cursor.number(out.part);
    cursor.skip(",\"parts\":");
    cursor.number(out.parts);
  }
}

void scan_origin(Cursor& cursor, ScannedEvent& out) {
  if (cursor.skip_if(",\"schemas\":")) {
    cursor.balanced();
  }
  const auto text_if = [&](std::string_view member) {
    return cursor.skip_if(member) ? cursor.plain_text() : std::string_view{};
  };
  const std::string_view actor = text_if(",\"actor\":");
  const std::string_view client = text_if(",\"client\":");
  out.requester = actor.empty() ? client : actor;
  text_if(",\"req\":");
  text_if(",\"idem\":");
}

/// Calls `read()` for each object of an array that is not empty; `read` takes its braces off.
template <class Read>
void scan_array(Cursor& cursor, Read&& read) {
  cursor.skip("[");
  do {
    read();
  } while (cursor.ok() && cursor.skip_if(","));
  cursor.skip("]");
}

void scan_references(Cursor& cursor, ScannedEvent& out) {
  out.sealed.clear();
  out.attached.clear();
  if (cursor.skip_if(",\"sealed\":")) {
    scan_array(cursor, [&] {
      SealedReference& reference = out.sealed.emplace_back();
      cursor.skip("{\"subject\":");
      cursor.uuid(reference.subject);
      cursor.skip(",\"slot\":");
      cursor.number(reference.slot);
      cursor.skip(",\"digest\":");
      cursor.digest(reference.digest);
      cursor.skip("}");
    });
  }
  if (cursor.skip_if(",\"attached\":")) {
    scan_array(cursor, [&] {
      AttachedReference& reference = out.attached.emplace_back();
      cursor.skip("{\"digest\":");
      cursor.digest(reference.digest);
      cursor.skip(",\"bytes\":");
      cursor.number(reference.bytes);
      cursor.skip("}");
    });
  }
}

std::string_view text_after(std::string_view open_part, std::string_view name) {
  // Before these members stand only numbers and texts without quotes.
  const std::size_t at = open_part.find(name);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = open_part.substr(at + name.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

bool scan_open_part(std::string_view open_part, ScannedEvent& out) {
  Cursor cursor{open_part};
  scan_place(cursor, out);
  scan_origin(cursor, out);
  cursor.skip(",\"data\":");
  out.data = cursor.balanced();
  scan_references(cursor, out);
  cursor.skip("}");
  return cursor.finished();
}

std::string_view stream_text_in(std::string_view open_part) {
  const std::string_view text = text_after(open_part, ",\"stream\":\"");
  return text.size() == kUuidTextBytes ? text : std::string_view{};
}

std::string_view type_in(std::string_view open_part) {
  return text_after(open_part, ",\"type\":\"");
}

}  // namespace muster
