/// Small helpers on the text of import files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

/// Lower-cases A to Z and leaves every other byte alone. Not Unicode on purpose: what is derived
/// from the result must never change with a library.
[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool equal_ignoring_ascii_case(std::string_view left, std::string_view right);

/// Without spaces and tabs at both ends; a view into `text`.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// At most `bytes_max` bytes of `text`, cut between characters when it is UTF-8.
[[nodiscard]] std::string_view cut_to(std::string_view text, std::size_t bytes_max);

}  // namespace muster
