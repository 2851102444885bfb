/// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

/// One step through a byte string.
struct CodePoint {
  char32_t value = 0;     // the bad byte itself when the bytes are not valid
  std::size_t bytes = 1;  // how many were read, at least 1
  bool valid = false;
};

/// The code point that `text` begins with. `text` must not be empty.
CodePoint first_code_point(std::string_view text);

/// `code_point` must not be above U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

bool is_valid_utf8(std::string_view text);

/// Every byte that is not part of valid UTF-8 counts as one.
std::size_t count_code_points(std::string_view text);

}  // namespace muster
