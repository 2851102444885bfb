/// GET /openapi.json: what the server can do, for programs and their makers. Needs no token.
#pragma once

#include "api/http/router.h"

namespace muster {

/// Renders the document once; it is served from memory.
void add_openapi_route(Router& router);

}  // namespace muster
