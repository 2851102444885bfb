/// OAuth 2.0 per workspace: the token endpoint (RFC 6749 section 4.4), discovery (RFC 8414) and the
/// keys that verify tokens (RFC 7517).
#pragma once

#include "api/http/router.h"
#include "api/server/services.h"

namespace muster {

/// `services` must outlive the router.
void add_oauth_routes(Router& router, const Services& services);

}  // namespace muster
