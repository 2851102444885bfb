#include "engine/core/json_fault.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

namespace muster {

namespace {

/// Length of the UTF-8 sequence at `at`, 0 when there is no valid one (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  struct Form {
    std::uint32_t lead_mask;
    std::uint32_t lead;
    std::uint32_t least;  // below it a shorter form exists
  };

  constexpr std::array<Form, 4> kForms{
      {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}}};
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t length = 1;
  while (length <= 4 && (lead & kForms[length - 1].lead_mask) != kForms[length - 1].lead)
    ++length;
  if (length > 4 || text.size() - at < length) return 0;
  std::uint32_t code_point = lead & ~kForms[length - 1].lead_mask;
  for (const char c : text.substr(at + 1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) return 0;
    code_point = (code_point << 6U) | (byte & 0x3FU);
  }
  const bool is_surrogate = code_point >= 0xD800 && code_point < 0xE000;
  const bool good = code_point >= kForms[length - 1].least && code_point <= 0x10FFFF;
  return good && !is_surrogate ? length : 0;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) {
    out.push_back(static_cast<char>(byte));
  };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

/// A recursive-descent reader of RFC 8259 that stops at the first fault. Every function returns
/// whether to go on; recursion is bounded by the depth limit.
class FaultFinder {
 public:
  FaultFinder(std::string_view text, const JsonLimits& limits) : text_{text}, limits_{limits} {}

  Failure find() {
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t length = utf8_length(text_, at);
      if (length == 0) {
        at_ = at;
        fail("invalid_utf8", "The text is not valid UTF-8");
        return failure_;
      }
      at += length;
    }
    skip_space();
    if (value(0)) {
      skip_space();
      if (at_ < text_.size()) malformed("There are further bytes after the JSON value");
    }
    if (failure_.rule.empty()) {
      failure_ = failure(Errc::kInvalidSyntax, "malformed_json", "The text is not valid JSON.");
    }
    return failure_;
  }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  [[nodiscard]] bool at_digit() const { return peek() >= '0' && peek() <= '9'; }

  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view{" \t\r\n"}.find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool fail(std::string_view rule, std::string_view what) {
    std::string reason{what};
    reason.append(" (byte ").append(std::to_string(at_)).append(").");
    failure_ = failure(Errc::kInvalidSyntax, rule, reason);
    std::string pointer;
    for (const std::string& token : path_)
      append_pointer_token(pointer, token);
    failure_.faults.push_back({std::move(pointer), std::string{rule}, std::move(reason)});
    return false;
  }

  bool malformed(std::string_view what) { return fail("malformed_json", what); }

  bool value(std::size_t depth);
  bool members(std::size_t depth);
  bool member_name(std::set<std::string>& names);
  bool elements(std::size_t depth);
  bool number();
  bool number_fits(std::string_view spelled, bool is_integer);
  bool string(std::string& unescaped);
  bool escape(std::string& unescaped);
  bool hex4(std::uint32_t& unit);

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  std::vector<std::string> path_;
  Failure failure_;
};

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth limit
bool FaultFinder::value(std::size_t depth) {
  const char first = peek();
  if (first == '{' || first == '[') {
    if (depth == limits_.depth_max) {
      return fail("too_deep",
                  "There are more than " + std::to_string(limits_.depth_max) +
                      " arrays and objects inside each other");
    }
    ++at_;
    return first == '{' ? members(depth + 1) : elements(depth + 1);
  }
  if (first == '"') {
    std::string ignored;
    return string(ignored);
  }
  if (first == '-' || at_digit()) return number();
  if (take("true") || take("false") || take("null")) return true;
  return malformed(at_ >= text_.size() ? "The text ends too early" : "A JSON value is expected");
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth limit
bool FaultFinder::members(std::size_t depth) {
  std::set<std::string> names;
  skip_space();
  if (take("}")) return true;
  while (true) {
    skip_space();
    if (!member_name(names)) return false;
    skip_space();
    if (!take(":")) return malformed("A colon is expected");
    skip_space();
    if (!value(depth)) return false;
    path_.pop_back();
    skip_space();
    if (take("}")) return true;
    if (!take(",")) return malformed("A comma or the end of the object is expected");
  }
}

/// Leaves the name at the end of the path.
bool FaultFinder::member_name(std::set<std::string>& names) {
  if (peek() != '"') return malformed("A member name is expected");
  const std::size_t name_at = at_;
  std::string name;
  if (!string(name)) return false;
  path_.push_back(name);
  if (names.insert(std::move(name)).second) return true;
  at_ = name_at;
  return fail("duplicate_member", "An object has two members of the same name");
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth limit
bool FaultFinder::elements(std::size_t depth) {
  skip_space();
  if (take("]")) return true;
  for (std::size_t index = 0;; ++index) {
    skip_space();
    path_.push_back(std::to_string(index));
    if (!value(depth)) return false;
    path_.pop_back();
    skip_space();
    if (take("]")) return true;
    if (!take(",")) return malformed("A comma or the end of the array is expected");
  }
}

bool FaultFinder::number() {
  const std::size_t begin = at_;
  const auto digits = [this] {
    if (!at_digit()) return false;
    while (at_digit())
      ++at_;
    return true;
  };
  bool is_integer = true;
  take("-");
  bool good = take("0") ? !at_digit() : digits();
  if (good && take(".")) {
    is_integer = false;
    good = digits();
  }
  if (good && (take("e") || take("E"))) {
    is_integer = false;
    if (!take("+")) take("-");
    good = digits();
  }
  if (!good) return malformed("A number is not spelled as JSON numbers are");
  const std::string_view spelled = text_.substr(begin, at_ - begin);
  if (number_fits(spelled, is_integer)) return true;
  at_ = begin;
  return fail("number_out_of_range", "A number fits neither 64 bits nor a double");
}

bool FaultFinder::number_fits(std::string_view spelled, bool is_integer) {
  const char* end = spelled.data() + spelled.size();
  if (is_integer) {
    std::int64_t number = 0;
    std::uint64_t large = 0;
    return std::from_chars(spelled.data(), end, number).ec == std::errc{} ||
           (spelled.front() != '-' &&
            std::from_chars(spelled.data(), end, large).ec == std::errc{});
  }
  // Not from_chars, which reports numbers too small and too large alike.
  return std::isfinite(std::strtod(std::string{spelled}.c_str(), nullptr));
}

bool FaultFinder::string(std::string& unescaped) {
  ++at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      return malformed("A string holds a control character that is not escaped");
    }
    if (c == '\\') {
      if (!escape(unescaped)) return false;
    } else {
      unescaped.push_back(c);
      ++at_;
    }
  }
  return malformed("A string does not end");
}

bool FaultFinder::escape(std::string& unescaped) {
  constexpr std::string_view kShort = "\"\\/bfnrt";
  constexpr std::string_view kMeaning = "\"\\/\b\f\n\r\t";
  ++at_;
  if (!take("u")) {
    const std::size_t which = kShort.find(peek());
    if (at_ >= text_.size() || which == std::string_view::npos)
      return malformed("An escape is unknown");
    unescaped.push_back(kMeaning[which]);
    ++at_;
    return true;
  }
  std::uint32_t unit = 0;
  if (!hex4(unit)) return malformed("An escape lacks its four hexadecimal digits");
  if (unit >= 0xD800 && unit < 0xE000) {
    std::uint32_t low = 0;
    if (unit >= 0xDC00 || !take("\\u") || !hex4(low) || low < 0xDC00 || low >= 0xE000) {
      return malformed("An escape is half a surrogate pair");
    }
    unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
  }
  append_utf8(unescaped, unit);
  return true;
}

bool FaultFinder::hex4(std::uint32_t& unit) {
  const std::string_view digits = text_.substr(at_, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  if (digits.size() != 4 || error != std::errc{} || end != digits.data() + 4) return false;
  at_ += 4;
  return true;
}

}  // namespace

Failure find_json_fault(std::string_view text, const JsonLimits& limits) {
  return FaultFinder{text, limits}.find();
}

}  // namespace muster
