/// Folding: the form in which identifiers and addresses are compared when a pool ignores case.
///
/// Unicode simple lower-case mapping, code point by code point, from a table compiled into us
/// (contract 3.4). The table has a number, which events carry next to the folded form. A table is
/// never changed once released: a newer Unicode gets a new number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/text/utf8.h"

namespace muster {

/// The table that fold() uses. Table 1 is Unicode 15.0.
inline constexpr std::uint32_t kFoldingTable = 1;

/// The simple lower-case form of one code point; itself when it has none.
char32_t fold(char32_t code_point);

/// Folds every code point. Bytes that are not UTF-8 are kept as they are.
std::string fold(std::string_view utf8);

/// True when `code_point` is the folded form of another one: it is a lower-case letter with case.
bool is_folded_form(char32_t code_point);

}  // namespace muster
