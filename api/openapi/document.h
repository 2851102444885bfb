/// The OpenAPI 3.1 document of the operations that are served. Method, path, family, scope,
/// permission, statuses and media types are the table's; the rest is in descriptions.h.
#pragma once

#include <string>

#include "api/openapi/served.h"

namespace muster {

/// Operations that nobody has described are left out; a test finds them.
std::string render_openapi(OperationTables tables = served_operations());

}  // namespace muster
