#include "engine/core/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include <simdjson.h>

#include "engine/core/json_body.h"
#include "engine/core/json_fault.h"

namespace muster {

namespace {

// The parser of a thread keeps its buffers, about six bytes per byte of the longest text it saw.
// Longer texts get a parser of their own, so that one import does not hold memory for ever.
constexpr std::size_t kKeptParserBytesMax = std::size_t{256} * 1024;

// Up to here comparing every pair of names is faster than sorting them.
constexpr std::size_t kPairwiseNamesMax = 32;

bool has_duplicate_sorted(const detail::JsonTape& tape, std::size_t object) {
  std::vector<std::string_view> names;
  const std::size_t end = tape.after(object) - 1;
  for (std::size_t at = object + 1; at != end; at = tape.after(at + 1)) {
    names.push_back(tape.text(at));
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool has_duplicate(const detail::JsonTape& tape, std::size_t object) {
  std::array<std::string_view, kPairwiseNamesMax> names;
  std::size_t count = 0;
  const std::size_t end = tape.after(object) - 1;
  for (std::size_t at = object + 1; at != end; at = tape.after(at + 1)) {
    if (count == kPairwiseNamesMax) return has_duplicate_sorted(tape, object);
    const std::string_view name = tape.text(at);
    for (std::size_t earlier = 0; earlier < count; ++earlier) {
      if (names[earlier].size() == name.size() && names[earlier] == name) return true;
    }
    names[count++] = name;
  }
  return false;
}

/// What simdjson does not look at, token by token: depth and duplicate names.
bool is_strict(const detail::JsonTape& tape, const JsonLimits& limits) {
  // The payload of the first word counts the words; the last of them only closes the document.
  const std::size_t end = tape.payload(0) - 1;
  std::size_t depth = 0;
  for (std::size_t at = 1; at < end; ++at) {
    switch (tape.type(at)) {
      case '{':
        if (has_duplicate(tape, at)) return false;
        [[fallthrough]];
      case '[':
        if (++depth > limits.depth_max) return false;
        break;
      case '}':
      case ']':
        --depth;
        break;
      case 'l':
      case 'u':
      case 'd':
        ++at;
        break;
      default:
        break;
    }
  }
  return true;
}

/// simdjson writes half a surrogate pair as if it were a character, which is no UTF-8.
bool has_lone_surrogate(const detail::JsonTape& tape) {
  const std::size_t end = tape.payload(0) - 1;
  for (std::size_t at = 1; at < end; ++at) {
    const char type = tape.type(at);
    if (type == 'l' || type == 'u' || type == 'd') ++at;
    if (type != '"') continue;
    const std::string_view text = tape.text(at);
    if (!simdjson::validate_utf8(text.data(), text.size())) return true;
  }
  return false;
}

template <class Number>
Number number_at(const detail::JsonTape& tape, std::size_t at) {
  Number number{};
  std::memcpy(&number, &tape.words[at + 1], sizeof number);
  return number;
}

}  // namespace

Result<JsonDocument> parse_json(std::string_view text, JsonLimits limits) {
  auto body = std::make_unique<JsonDocument::Body>();
  body->source.reset(new char[text.size() + simdjson::SIMDJSON_PADDING]);
  body->source_bytes = text.size();
  std::copy(text.begin(), text.end(), body->source.get());  // no text may have no address
  // simdjson reads the padding and ignores it; it must only have a value.
  std::memset(body->source.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);

  const auto read = [&body](simdjson::dom::parser& parser) {
    constexpr bool kCopyBecauseUnpadded = false;
    return parser
        .parse_into_document(
            body->parsed, body->source.get(), body->source_bytes, kCopyBecauseUnpadded)
        .error();
  };
  simdjson::error_code error{};
  if (text.size() <= kKeptParserBytesMax) {
    thread_local simdjson::dom::parser parser;
    error = read(parser);
  } else {
    simdjson::dom::parser parser;
    error = read(parser);
  }
  if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY) {
    return failure(Errc::kTooLarge, "json_too_large", "The JSON text is too long to be read.");
  }
  if (error != simdjson::SUCCESS) return find_json_fault(text, limits);

  body->words = body->parsed.tape.get();
  body->strings = body->parsed.string_buf.get();
  const bool has_unicode_escapes = text.find("\\u") != std::string_view::npos;
  if (!is_strict(*body, limits) || (has_unicode_escapes && has_lone_surrogate(*body))) {
    return find_json_fault(text, limits);
  }
  return JsonDocument{std::move(body)};
}

JsonDocument::JsonDocument(std::unique_ptr<Body> body) : body_{std::move(body)} {}

JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

JsonValue JsonDocument::root() const {
  return {body_.get(), 1};
}

std::string_view JsonDocument::source() const {
  return body_->text();
}

bool JsonValue::as_bool() const {
  check(is_bool(), "as_bool() of another kind");
  return type() == 't';
}

std::int64_t JsonValue::as_int() const {
  check(type() == 'l', "as_int() of another kind");
  return number_at<std::int64_t>(*tape_, at_);
}

std::uint64_t JsonValue::as_uint() const {
  if (type() == 'u') return number_at<std::uint64_t>(*tape_, at_);
  const std::int64_t number = as_int();
  check(number >= 0, "as_uint() of a negative number");
  return static_cast<std::uint64_t>(number);
}

double JsonValue::as_double() const {
  switch (type()) {
    case 'd':
      return number_at<double>(*tape_, at_);
    case 'u':
      return static_cast<double>(as_uint());
    default:
      return static_cast<double>(as_int());
  }
}

std::optional<std::int64_t> JsonValue::whole() const {
  if (type() == 'l') return as_int();
  if (type() != 'd') return std::nullopt;
  const double number = as_double();
  // 2^63 is the first double beyond the int64s; -2^63 is one of them.
  constexpr double kBeyond = 9223372036854775808.0;
  if (std::trunc(number) != number || number >= kBeyond || number < -kBeyond) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::size_t JsonValue::size() const {
  if (!is_object() && !is_array()) return 0;
  constexpr std::size_t kSaturated = 0xFF'FFFF;
  const std::size_t stored = tape_->payload(at_) >> 32U;
  if (stored < kSaturated) return stored;
  std::size_t count = 0;
  const std::size_t name_words = is_object() ? 1 : 0;
  const std::size_t end = tape_->after(at_) - 1;
  for (std::size_t at = at_ + 1; at != end; at = tape_->after(at + name_words))
    ++count;
  return count;
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  const std::size_t end = tape_->after(at_) - 1;
  for (std::size_t at = at_ + 1; at != end; at = tape_->after(at + 1)) {
    if (tape_->text(at) == name) return JsonValue{tape_, at + 1};
  }
  return std::nullopt;
}

std::optional<JsonValue> JsonValue::find_set(std::string_view name) const {
  const std::optional<JsonValue> found = find(name);
  return found && !found->is_null() ? found : std::nullopt;
}

void append_pointer_token(std::string& pointer, std::string_view token) {
  pointer.push_back('/');
  for (const char c : token) {
    if (c == '~') {
      pointer.append("~0");
    } else if (c == '/') {
      pointer.append("~1");
    } else {
      pointer.push_back(c);
    }
  }
}

}  // namespace muster
