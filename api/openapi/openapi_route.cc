#include "api/openapi/openapi_route.h"

#include <memory>
#include <string>

#include "api/directory/conditions.h"
#include "api/openapi/document.h"
#include "engine/core/bytes.h"
#include "storage/seal/digest.h"

namespace muster {

void add_openapi_route(Router& router) {
  const auto document = std::make_shared<const std::string>(render_openapi());
  const std::string etag = '"' + to_base64url(as_view(sha256(*document)).substr(0, 16)) + '"';
  router.add(Method::kGet,
             "/openapi.json",
             "getOpenapi",
             ImmediateHandler{[document, etag](const Request& request) {
               Response response = shared_json_response(document, *document);
               response.add_header("ETag", etag);
               // Changes with the program only, but then at once.
               response.add_header("Cache-Control", "public, no-cache");
               return apply_read_conditions(request, std::move(response));
             }});
}

}  // namespace muster
