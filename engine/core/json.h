/// JSON as clients send it: parsed strictly, read through cheap views, written back as spelled.
///
/// `parse_json` accepts RFC 8259 text and refuses what two readers could understand differently:
/// two members of one name, invalid UTF-8, lone surrogate escapes, numbers that fit neither 64 bits
/// nor a double, more than 64 levels, bytes after the value.
///
/// A JsonDocument owns everything its JsonValues look at: a value, and every string_view taken from
/// one, is valid until its document is destroyed (moving a document does not disturb them). Reading
/// is safe from several threads at once, `minified()` included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/check.h"
#include "engine/core/result.h"

namespace muster {

struct JsonLimits {
  /// How many arrays and objects may lie inside each other; `[]` has depth 1.
  std::size_t depth_max = 64;
};

enum class JsonKind : std::uint8_t {
  kNull,
  kBool,
  kInteger,   // spelled without fraction and exponent, fits an int64
  kUnsigned,  // the same, above the largest int64
  kDouble,
  kString,
  kArray,
  kObject,
};

namespace detail {

/// What the parser leaves behind. `words` is simdjson's tape: a type byte above a 56-bit payload;
/// numbers take a second word; `{` and `[` hold the index after their end (32 bits) and a count of
/// members (24 bits, saturating); strings hold an offset into `strings`, where a 4-byte length
/// lies.
struct JsonTape {
  const std::uint64_t* words = nullptr;
  const std::uint8_t* strings = nullptr;

  [[nodiscard]] char type(std::size_t at) const { return static_cast<char>(words[at] >> 56U); }

  [[nodiscard]] std::uint64_t payload(std::size_t at) const {
    return words[at] & 0x00FF'FFFF'FFFF'FFFFU;
  }

  [[nodiscard]] std::size_t after(std::size_t at) const {
    switch (type(at)) {
      case '{':
      case '[':
        return static_cast<std::uint32_t>(words[at]);
      case 'l':
      case 'u':
      case 'd':
        return at + 2;
      default:
        return at + 1;
    }
  }

  [[nodiscard]] std::string_view text(std::size_t at) const {
    const std::uint8_t* stored = strings + payload(at);
    std::uint32_t length = 0;
    __builtin_memcpy(&length, stored, sizeof length);
    return {reinterpret_cast<const char*>(stored + sizeof length), length};
  }
};

}  // namespace detail

class JsonMembers;
class JsonElements;

/// One value of a document. Two words, passed by value.
class JsonValue {
 public:
  [[nodiscard]] JsonKind kind() const;

  [[nodiscard]] bool is_null() const { return type() == 'n'; }

  [[nodiscard]] bool is_bool() const { return type() == 't' || type() == 'f'; }

  [[nodiscard]] bool is_string() const { return type() == '"'; }

  [[nodiscard]] bool is_array() const { return type() == '['; }

  [[nodiscard]] bool is_object() const { return type() == '{'; }

  [[nodiscard]] bool is_number() const { return type() == 'l' || type() == 'u' || type() == 'd'; }

  /// The `as_` functions need the kind they name: look at kind() first, or use the three below.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;
  /// Also takes a kInteger that is not negative.
  [[nodiscard]] std::uint64_t as_uint() const;
  /// Takes every number; integers beyond 2^53 are rounded.
  [[nodiscard]] double as_double() const;
  [[nodiscard]] std::string_view as_string() const;

  /// Nothing when the value is of another kind.
  [[nodiscard]] std::optional<std::string_view> text() const;
  [[nodiscard]] std::optional<bool> flag() const;
  /// A number without fraction that fits an int64, however it is spelled: 3, 3.0, 3e0.
  [[nodiscard]] std::optional<std::int64_t> whole() const;

  /// Members of an object, elements of an array, 0 for everything else.
  [[nodiscard]] std::size_t size() const;
  /// The member of that name, `null` included; nothing when there is none or this is no object.
  [[nodiscard]] std::optional<JsonValue> find(std::string_view name) const;
  /// The same, but nothing for `null` too: the published API takes null for absent (contract 1.3).
  [[nodiscard]] std::optional<JsonValue> find_set(std::string_view name) const;
  /// for (const auto& [name, value] : object.members()), in the order sent. Empty for other kinds.
  [[nodiscard]] JsonMembers members() const;
  /// for (JsonValue element : array.elements()). Empty for other kinds.
  [[nodiscard]] JsonElements elements() const;

  /// The value as the client spelled it, numbers, escapes and order included, without white space.
  [[nodiscard]] std::string minified() const;

 private:
  friend class JsonDocument;
  friend class JsonMembers;
  friend class JsonElements;
  friend void append_minified(std::string& out, JsonValue value);

  JsonValue(const detail::JsonTape* tape, std::size_t at) : tape_{tape}, at_{at} {}

  [[nodiscard]] char type() const { return tape_->type(at_); }

  const detail::JsonTape* tape_;
  std::size_t at_;
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

class JsonMembers {
 public:
  class Iterator {
   public:
    Iterator(const detail::JsonTape* tape, std::size_t at) : tape_{tape}, at_{at} {}

    JsonMember operator*() const { return {tape_->text(at_), JsonValue{tape_, at_ + 1}}; }

    /// The name as a value of its own, for rules about names that are written like rules for
    /// values.
    [[nodiscard]] JsonValue name() const { return JsonValue{tape_, at_}; }

    Iterator& operator++() {
      at_ = tape_->after(at_ + 1);
      return *this;
    }

    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const detail::JsonTape* tape_;
    std::size_t at_;
  };

  [[nodiscard]] Iterator begin() const { return {tape_, begin_}; }

  [[nodiscard]] Iterator end() const { return {tape_, end_}; }

 private:
  friend class JsonValue;

  JsonMembers(const detail::JsonTape* tape, std::size_t begin, std::size_t end)
      : tape_{tape}, begin_{begin}, end_{end} {}

  const detail::JsonTape* tape_;
  std::size_t begin_;
  std::size_t end_;
};

class JsonElements {
 public:
  class Iterator {
   public:
    Iterator(const detail::JsonTape* tape, std::size_t at) : tape_{tape}, at_{at} {}

    JsonValue operator*() const { return {tape_, at_}; }

    Iterator& operator++() {
      at_ = tape_->after(at_);
      return *this;
    }

    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const detail::JsonTape* tape_;
    std::size_t at_;
  };

  [[nodiscard]] Iterator begin() const { return {tape_, begin_}; }

  [[nodiscard]] Iterator end() const { return {tape_, end_}; }

 private:
  friend class JsonValue;

  JsonElements(const detail::JsonTape* tape, std::size_t begin, std::size_t end)
      : tape_{tape}, begin_{begin}, end_{end} {}

  const detail::JsonTape* tape_;
  std::size_t begin_;
  std::size_t end_;
};

/// A parsed text. Movable; a moved-from document may only be destroyed or assigned to.
class JsonDocument {
 public:
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  [[nodiscard]] JsonValue root() const;
  /// The text as it was given.
  [[nodiscard]] std::string_view source() const;

 private:
  struct Body;
  friend Result<JsonDocument> parse_json(std::string_view text, JsonLimits limits);
  friend void append_minified(std::string& out, JsonValue value);
  explicit JsonDocument(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

/// Parses `text` and keeps a copy of it. Failures are kInvalidSyntax with one of the rules
/// malformed_json, duplicate_member, too_deep, number_out_of_range, invalid_utf8; `faults` holds
/// the JSON Pointer of the value concerned, the reason the byte offset. Any thread.
Result<JsonDocument> parse_json(std::string_view text, JsonLimits limits = {});

/// Appends what value.minified() returns.
void append_minified(std::string& out, JsonValue value);

/// Numbers by value (1 == 1.0), objects without regard to order, strings by code units.
bool json_equal(JsonValue left, JsonValue right);

/// Whether `haystack` holds everything that `needle` says. Objects: each member of the needle is
/// contained in the member of that name. Arrays: each element of the needle is contained in some
/// element. Another needle against an array: some element contains it. Else: equal.
/// Takes time proportional to the product of both sizes, so the caller bounds the needle.
bool json_contains(JsonValue haystack, JsonValue needle);

/// A text that is the same for equal values and differs for others; for sorting and hashing only.
void append_canonical(std::string& out, JsonValue value);

/// Appends one reference token to a JSON Pointer, escaped (RFC 6901 section 3).
void append_pointer_token(std::string& pointer, std::string_view token);

inline JsonKind JsonValue::kind() const {
  switch (type()) {
    case 'n':
      return JsonKind::kNull;
    case 't':
    case 'f':
      return JsonKind::kBool;
    case 'l':
      return JsonKind::kInteger;
    case 'u':
      return JsonKind::kUnsigned;
    case 'd':
      return JsonKind::kDouble;
    case '"':
      return JsonKind::kString;
    case '[':
      return JsonKind::kArray;
    default:
      return JsonKind::kObject;
  }
}

inline std::string_view JsonValue::as_string() const {
  check(is_string(), "as_string() of another kind");
  return tape_->text(at_);
}

inline std::optional<std::string_view> JsonValue::text() const {
  return is_string() ? std::optional{tape_->text(at_)} : std::nullopt;
}

inline std::optional<bool> JsonValue::flag() const {
  return is_bool() ? std::optional{type() == 't'} : std::nullopt;
}

inline JsonMembers JsonValue::members() const {
  return is_object() ? JsonMembers{tape_, at_ + 1, tape_->after(at_) - 1}
                     : JsonMembers{tape_, 0, 0};
}

inline JsonElements JsonValue::elements() const {
  return is_array() ? JsonElements{tape_, at_ + 1, tape_->after(at_) - 1}
                    : JsonElements{tape_, 0, 0};
}

}  // namespace muster
