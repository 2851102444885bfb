#include "engine/text/utf8.h"

#include <cstdint>

#include "engine/core/check.h"

namespace muster {
namespace {

/// What a first byte promises, RFC 3629 section 4. The second byte has a range of its own, which
/// is what keeps overlong forms, surrogates and too high values out.
struct Lead {
  std::size_t bytes = 0;  // 0: not a first byte
  std::uint8_t mask = 0;
  std::uint8_t second_min = 0x80;
  std::uint8_t second_max = 0xBF;
};

Lead lead_of(std::uint8_t byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {.bytes = 2, .mask = 0x1F};
  if (byte == 0xE0) return {.bytes = 3, .mask = 0x0F, .second_min = 0xA0};
  if (byte == 0xED) return {.bytes = 3, .mask = 0x0F, .second_max = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.bytes = 3, .mask = 0x0F};
  if (byte == 0xF0) return {.bytes = 4, .mask = 0x07, .second_min = 0x90};
  if (byte >= 0xF1 && byte <= 0xF3) return {.bytes = 4, .mask = 0x07};
  if (byte == 0xF4) return {.bytes = 4, .mask = 0x07, .second_max = 0x8F};
  return {};
}

char to_byte(char32_t value) {
  return static_cast<char>(static_cast<std::uint8_t>(value));
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  check(!text.empty(), "a code point of an empty text");
  const auto first = static_cast<std::uint8_t>(text[0]);
  if (first < 0x80) {
    return {.value = first, .bytes = 1, .valid = true};
  }
  const CodePoint broken{.value = first, .bytes = 1, .valid = false};
  const Lead lead = lead_of(first);
  if (lead.bytes == 0 || text.size() < lead.bytes) {
    return broken;
  }
  char32_t value = static_cast<char32_t>(first & lead.mask);
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    const std::uint8_t min = i == 1 ? lead.second_min : std::uint8_t{0x80};
    const std::uint8_t max = i == 1 ? lead.second_max : std::uint8_t{0xBF};
    if (byte < min || byte > max) {
      return broken;
    }
    value = (value << 6U) | static_cast<char32_t>(byte & 0x3FU);
  }
  return {.value = value, .bytes = lead.bytes, .valid = true};
}

void append_utf8(std::string& out, char32_t code_point) {
  if (code_point < 0x80) {
    out.push_back(to_byte(code_point));
    return;
  }
  if (code_point < 0x800) {
    out.push_back(to_byte(0xC0U | (code_point >> 6U)));
  } else {
    if (code_point < 0x10000) {
      out.push_back(to_byte(0xE0U | (code_point >> 12U)));
    } else {
      out.push_back(to_byte(0xF0U | (code_point >> 18U)));
      out.push_back(to_byte(0x80U | ((code_point >> 12U) & 0x3FU)));
    }
    out.push_back(to_byte(0x80U | ((code_point >> 6U) & 0x3FU)));
  }
  out.push_back(to_byte(0x80U | (code_point & 0x3FU)));
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.valid) {
      return false;
    }
    text.remove_prefix(point.bytes);
  }
  return true;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(first_code_point(text).bytes);
    ++count;
  }
  return count;
}

}  // namespace muster
