/// Origins of web pages, as browsers send them (RFC 6454 section 6.2).
#pragma once

#include <string_view>

namespace muster {

/// `http` or `https`, a host and perhaps a port, in lower case and with nothing behind:
/// `https://host[:port]`.
bool is_web_origin(std::string_view text);

}  // namespace muster
