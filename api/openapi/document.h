/// The OpenAPI 3.1 document of the operations that are served. Method, path, family, scope,
/// permission, statuses and media types are the table's; the rest is in descriptions.h.
#pragma once

#include <string>
#include <string_view>

#include "api/openapi/served.h"

namespace muster {

/// A pattern of the router as a key of `paths`: a variable that takes the rest of a path is one
/// like the others there.
std::string document_path(std::string_view pattern);

/// Operations that nobody has described are left out; a test finds them.
std::string render_openapi(OperationTables tables = served_operations());

}  // namespace muster
