/// CORS (the Fetch standard): which scripts of browsers may read answers. Each workspace lists the
/// origins that may; `admin` and `system` decide for the operations that take their tokens, every
/// workspace for its OAuth endpoints. Others get no such headers, so browsers keep the answers to
/// themselves.
#pragma once

#include "api/http/request.h"
#include "api/http/response.h"
#include "api/server/services.h"

namespace muster {

/// Adds what a browser wants to know to any answer, a preflight's included. Requests without Origin
/// are left alone. Connection's thread: one look-up in the catalog.
void add_cors_headers(const Services& services, const Request& request, Response& response);

}  // namespace muster
