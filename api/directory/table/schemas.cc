#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {
namespace {

constexpr Unsent kNothingMalformed{400, "the request has neither body nor query parameters"};
constexpr Unsent kNothingNamed{404, "the request names nothing that could be missing"};

}  // namespace

std::vector<Common> schema_operations() {
  return {
      {"listSchemas",
       "systemListSchemas",
       Method::kGet,
       "/schemas",
       list_schemas,
       nullptr,
       Permission::kReadSchemas,
       {200, 401, 403, 429},
       {}},
      {"createSchema",
       "systemCreateSchema",
       Method::kPost,
       "/schemas",
       create_schema,
       answer_new_schema,
       Permission::kManageSchemas,
       {201, 400, 401, 403, 404, 409, 422, 429},
       {kNothingNamed}},
      {"getSchema",
       "systemGetSchema",
       Method::kGet,
       "/schemas/{schID}",
       get_schema,
       nullptr,
       Permission::kReadSchemas,
       {200, 401, 403, 404, 429},
       {}},
      {"updateSchema",
       "systemUpdateSchema",
       Method::kPut,
       "/schemas/{schID}",
       update_schema,
       answer_schema,
       Permission::kManageSchemas,
       {200, 400, 401, 403, 404, 409, 422, 429},
       {}},
      {"deleteSchema",
       "systemDeleteSchema",
       Method::kDelete,
       "/schemas/{schID}",
       delete_schema,
       answer_empty,
       Permission::kManageSchemas,
       {204, 400, 401, 403, 404, 409, 429},
       {kNothingMalformed}},
  };
}

}  // namespace muster
