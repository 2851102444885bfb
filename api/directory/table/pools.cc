#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {

std::vector<Common> pool_operations() {
  return {
      {"listPools",
       "systemListPools",
       Method::kGet,
       "/pools",
       list_pools,
       nullptr,
       std::nullopt,
       {200, 401, 403, 429},
       {}},
      {"createPool",
       "systemCreatePool",
       Method::kPost,
       "/pools",
       create_pool,
       answer_new_pool,
       Permission::kCreatePools,
       {201, 400, 401, 403, 404, 409, 422, 429},
       {}},
      {"getPool",
       "systemGetPool",
       Method::kGet,
       "/pools/{ipID}",
       get_pool,
       nullptr,
       Permission::kGetPool,
       {200, 401, 403, 404, 429},
       {}},
      {"updatePool",
       "systemUpdatePool",
       Method::kPut,
       "/pools/{ipID}",
       update_pool,
       answer_pool,
       Permission::kUpdatePool,
       {200, 400, 401, 403, 404, 409, 422, 429},
       {}},
      {"deletePool",
       "systemDeletePool",
       Method::kDelete,
       "/pools/{ipID}",
       delete_pool,
       answer_empty,
       Permission::kDeletePool,
       {204, 401, 403, 404, 429},
       {}},
  };
}

}  // namespace muster
