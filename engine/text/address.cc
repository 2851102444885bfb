#include "engine/text/address.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include "engine/text/characters.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

// RFC 1035 section 2.3.4.
constexpr std::size_t kLabelBytesMax = 63;
// ITU-T E.164: a country code has at least one digit, the whole number at most fifteen.
constexpr std::size_t kMobileDigitsMin = 2;
constexpr std::size_t kMobileDigitsMax = 15;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

/// RFC 5322 section 3.2.3, and any other byte of UTF-8 (RFC 6531 section 3.3).
bool is_atom_byte(char c) {
  return !is_ascii(c) || is_alphanumeric(c) ||
         std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}

bool is_readable(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (!point.valid || is_white_space(point.value) || is_control(point.value)) {
      return false;
    }
    text.remove_prefix(point.bytes);
  }
  return true;
}

/// Calls `is_part` for every part between dots; an empty text has one empty part.
template <class Predicate>
bool every_part(std::string_view text, Predicate is_part) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_part(text.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

bool is_dot_atom(std::string_view text) {
  return every_part(text, [](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_atom_byte);
  });
}

bool is_quoted_string(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return false;
  }
  const std::string_view inner = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '"') {
      return false;
    }
    if (inner[i] == '\\') {
      ++i;  // what follows is taken literally, and must be there
      if (i == inner.size() || !is_ascii(inner[i])) {
        return false;
      }
    }
  }
  return true;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax || label.front() == '-' ||
      label.back() == '-') {
    return false;
  }
  while (!label.empty()) {
    const CodePoint point = first_code_point(label);
    const bool fits = point.value < 0x80 ? is_alphanumeric(label.front()) || label.front() == '-'
                                         : !is_symbol(point.value);
    if (!fits) {
      return false;
    }
    label.remove_prefix(point.bytes);
  }
  return true;
}

bool is_host(std::string_view text) {
  // npos + 1 is 0: a name without a dot is its own last label.
  const std::string_view last = text.substr(text.rfind('.') + 1);
  return every_part(text, is_label) && !std::all_of(last.begin(), last.end(), is_digit);
}

bool is_address_literal(std::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') {
    return false;
  }
  constexpr std::string_view kSix = "IPv6:";
  std::string inner{text.substr(1, text.size() - 2)};
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  if (inner.starts_with(kSix)) {
    return inet_pton(AF_INET6, inner.c_str() + kSix.size(), parsed.data()) == 1;
  }
  return inet_pton(AF_INET, inner.c_str(), parsed.data()) == 1;
}

}  // namespace

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (text.size() > kEmailBytesMax || at == std::string_view::npos ||
      at > kEmailLocalPartBytesMax || !is_readable(text)) {
    return false;
  }
  const std::string_view local_part = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  return (is_dot_atom(local_part) || is_quoted_string(local_part)) &&
         (is_host(domain) || is_address_literal(domain));
}

bool is_mobile(std::string_view text) {
  if (!text.starts_with('+')) {
    return false;
  }
  const std::string_view digits = text.substr(1);
  return digits.size() >= kMobileDigitsMin && digits.size() <= kMobileDigitsMax &&
         digits.front() != '0' && std::all_of(digits.begin(), digits.end(), is_digit);
}

std::optional<std::string> normalise_mobile(std::string_view text) {
  if (text.find("(0)") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const bool separates =
        point.valid && (is_white_space(point.value) ||
                        std::u32string_view{U"-.()/\u2010\u2011\u2012\u2013"}.find(point.value) !=
                            std::u32string_view::npos);
    if (!separates) {
      out.append(text.substr(0, point.bytes));
      // Longer than any number already: the input need not be copied whole.
      if (out.size() > kMobileDigitsMax + 1) {
        return std::nullopt;
      }
    }
    text.remove_prefix(point.bytes);
  }
  return is_mobile(out) ? std::optional{std::move(out)} : std::nullopt;
}

}  // namespace muster
