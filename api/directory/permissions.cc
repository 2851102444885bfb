#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"

namespace muster {

Result<Step> check_pool_permissions(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const Permissions allowed, permissions_on(context, *pool));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  for (std::size_t i = 0; i < kPoolPermissions; ++i) {
    writer.member(kPermissionNames[i], allowed.has(static_cast<Permission>(i)));
  }
  writer.end_object();
  Response response = json_response(std::move(json));
  // Roles change without the pool, so the tag is of the answer.
  response.add_header("ETag", digest_etag(context, response.body));
  return Step{std::move(response)};
}

}  // namespace muster
