/// Percent-encoding (RFC 3986 section 2.1).
#pragma once

#include <string>
#include <string_view>

namespace muster {

enum class Plus { kIsPlus, kIsSpace };

/// Whether every percent sign is followed by two hexadecimal digits.
bool percent_well_formed(std::string_view text);

/// Appends the decoded text, which must be well-formed.
void append_percent_decoded(std::string& out, std::string_view text, Plus plus);

}  // namespace muster
