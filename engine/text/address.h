/// The syntax of addresses that messages are sent to. Nothing here says that an address exists.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// RFC 5321 section 4.5.3.1.1.
inline constexpr std::size_t kEmailLocalPartBytesMax = 64;
/// RFC 5321 section 4.5.3.1.3 allows a path of 256, two of which are the angle brackets.
inline constexpr std::size_t kEmailBytesMax = 254;

/// A mailbox of RFC 5321 section 4.1.2, with UTF-8 as in RFC 6531: `local-part@domain` where the
/// local part is a dot-atom or a quoted string and the domain is host labels, U-labels included, or
/// an address literal. No white space anywhere, not even in quotes; no all-digit last label.
bool is_email(std::string_view text);

/// E.164: `+`, then 2 to 15 digits of which the first is not 0.
bool is_mobile(std::string_view text);

/// A mobile number as people write it, without spaces, dots, hyphens, slashes and brackets. Nothing
/// when the rest is not E.164: without `+` the country would be a guess, and so would be the
/// meaning of a bracketed zero.
std::optional<std::string> normalise_mobile(std::string_view text);

}  // namespace muster
