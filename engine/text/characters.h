/// What kind of character a code point is, as far as addresses and password rules need to know.
/// From short tables of our own, so that answers do not change with a library.
#pragma once

namespace muster {

/// Unicode property White_Space.
bool is_white_space(char32_t code_point);

/// C0, C1 and delete.
bool is_control(char32_t code_point);

/// Punctuation and symbols: in ASCII exactly, elsewhere by the blocks that hold hardly anything
/// else (Latin-1 signs, U+2010..U+2BFF, CJK punctuation, emoji). The rest of Unicode is letters.
bool is_symbol(char32_t code_point);

}  // namespace muster
