/// Which addresses the whole Internet has.
#pragma once

#include <string>

namespace muster {

/// False for loopback, private, link-local, shared, documentation, multicast and reserved
/// addresses (RFC 6890), for those that hold one of them (IPv4-mapped, 6to4, Teredo), and for what
/// is no address. IPv6: only what is given out, 2000::/3.
bool is_public_address(const std::string& text);

}  // namespace muster
