#include "api/directory/operations.h"

#include <algorithm>

#include "api/directory/answers.h"
#include "api/directory/handlers.h"

namespace muster {
namespace {

constexpr std::string_view kAdminRoot = "/api/identity/{tid}/admin";
constexpr std::string_view kSystemRoot = "/api/identity/{tid}/system";

constexpr Unsent kNoRateLimit{429, "no rate limit is enforced on this operation (N-10)"};
constexpr Unsent kNothingMalformed{400, "the request has neither body nor query parameters"};
constexpr Unsent kNothingNamed{404, "the request names nothing that could be missing"};
constexpr Unsent kNoCondition{412,
                              "the path names no resource that If-Match could be about (N-04)"};

/// An operation that both families have. Same handler, same statuses but for one.
struct Common {
  std::string_view admin_id;
  std::string_view system_id;
  Method method;
  std::string_view path;
  OperationHandler handler;
  Answer answer;  // of writes, else null
  std::vector<int> statuses;
  std::vector<Unsent> unsent;
};

std::vector<Common> pool_operations() {
  return {
      {"listPools",
       "systemListPools",
       Method::kGet,
       "/pools",
       list_pools,
       nullptr,
       {200, 401, 403, 429},
       {kNoRateLimit}},
      {"createPool",
       "systemCreatePool",
       Method::kPost,
       "/pools",
       create_pool,
       answer_new_pool,
       {201, 400, 401, 403, 404, 409, 422, 429},
       {kNoRateLimit}},
      {"getPool",
       "systemGetPool",
       Method::kGet,
       "/pools/{ipID}",
       get_pool,
       nullptr,
       {200, 401, 403, 404, 429},
       {kNoRateLimit}},
      {"updatePool",
       "systemUpdatePool",
       Method::kPut,
       "/pools/{ipID}",
       update_pool,
       answer_pool,
       {200, 400, 401, 403, 404, 409, 422, 429},
       {kNoRateLimit}},
      {"deletePool",
       "systemDeletePool",
       Method::kDelete,
       "/pools/{ipID}",
       delete_pool,
       answer_empty,
       {204, 401, 403, 404, 429},
       {kNoRateLimit}},
  };
}

std::vector<Common> schema_operations() {
  return {
      {"listSchemas",
       "systemListSchemas",
       Method::kGet,
       "/schemas",
       list_schemas,
       nullptr,
       {200, 401, 403, 429},
       {kNoRateLimit}},
      {"createSchema",
       "systemCreateSchema",
       Method::kPost,
       "/schemas",
       create_schema,
       answer_new_schema,
       {201, 400, 401, 403, 404, 409, 422, 429},
       {kNothingNamed, kNoRateLimit}},
      {"getSchema",
       "systemGetSchema",
       Method::kGet,
       "/schemas/{schID}",
       get_schema,
       nullptr,
       {200, 401, 403, 404, 429},
       {kNoRateLimit}},
      {"updateSchema",
       "systemUpdateSchema",
       Method::kPut,
       "/schemas/{schID}",
       update_schema,
       answer_schema,
       {200, 400, 401, 403, 404, 409, 422, 429},
       {kNoRateLimit}},
      {"deleteSchema",
       "systemDeleteSchema",
       Method::kDelete,
       "/schemas/{schID}",
       delete_schema,
       answer_empty,
       {204, 400, 401, 403, 404, 409, 429},
       {kNothingMalformed, kNoRateLimit}},
  };
}

std::vector<Common> user_operations() {
  return {
      {"listUsers",
       "systemListUsers",
       Method::kGet,
       "/pools/{ipID}/users",
       list_users,
       nullptr,
       {200, 400, 401, 403, 404, 422, 429},
       {kNoRateLimit}},
      // 429: too many passwords are being hashed.
      {"createUser",
       "systemCreateUser",
       Method::kPost,
       "/pools/{ipID}/users",
       create_user,
       answer_new_user,
       {201, 400, 401, 403, 404, 409, 422, 429},
       {}},
      {"getUser",
       "systemGetUser",
       Method::kGet,
       "/pools/{ipID}/users/{userID}",
       get_user,
       nullptr,
       {200, 401, 403, 404, 429},
       {kNoRateLimit}},
      {"updateUser",
       "systemUpdateUser",
       Method::kPut,
       "/pools/{ipID}/users/{userID}",
       update_user,
       answer_user,
       {200, 400, 401, 403, 404, 409, 422, 429},
       {{409, "nothing that an update changes can belong to another user"}, kNoRateLimit}},
      {"deleteUser",
       "systemDeleteUser",
       Method::kDelete,
       "/pools/{ipID}/users/{userID}",
       delete_user,
       answer_changed,
       {204, 401, 403, 404, 429},
       {kNoRateLimit}},
      {"setPasswordState",
       "setPasswordState",
       Method::kPut,
       "/pools/{ipID}/users/{userID}/password/state",
       set_password_state,
       answer_changed,
       {204, 400, 401, 404, 422},
       {}},
  };
}

std::vector<Common> part_operations() {
  return {
      {"addUserIdentifier",
       "systemAddIdentifier",
       Method::kPost,
       "/pools/{ipID}/users/{userID}/identifiers/add",
       add_identifier,
       answer_added_identifier,
       {200, 401, 403, 404, 409, 422},
       {}},
      {"deleteUserIdentifier",
       "systemDeleteIdentifier",
       Method::kPost,
       "/pools/{ipID}/users/{userID}/identifiers/remove",
       remove_identifier,
       answer_changed,
       {204, 401, 403, 404, 429},
       {kNoRateLimit}},
      {"addUserVerifiableAddress",
       "systemAddVerifiableAddress",
       Method::kPost,
       "/pools/{ipID}/users/{userID}/addresses/add",
       add_address,
       answer_added_address,
       {200, 401, 403, 404, 409, 422},
       {}},
      {"updateUserVerifiableAddress",
       "systemUpdateVerifiableAddress",
       Method::kPost,
       "/pools/{ipID}/users/{userID}/addresses/update",
       update_address,
       answer_updated_address,
       {200, 401, 403, 404, 409, 422},
       {}},
      {"deleteUserVerifiableAddress",
       "systemDeleteVerifiableAddress",
       Method::kPost,
       "/pools/{ipID}/users/{userID}/addresses/remove",
       remove_address,
       answer_changed,
       {204, 401, 403, 404, 429},
       {kNoRateLimit}},
  };
}

Operation make_operation(ApiFamily family, const Common& common) {
  const bool is_system = family == ApiFamily::kSystem;
  Operation operation;
  operation.id = is_system ? common.system_id : common.admin_id;
  operation.method = common.method;
  operation.pattern = std::string{is_system ? kSystemRoot : kAdminRoot} + std::string{common.path};
  operation.family = family;
  operation.handler = common.handler;
  operation.answer = common.answer;
  operation.work = common.answer == nullptr ? Work::kRead : Work::kWrite;
  if (common.handler == list_users || common.handler == list_pools) {
    operation.work = Work::kScan;  // filters and search phrases look at many rows
  }
  operation.hashes = common.handler == create_user ? may_have_password : nullptr;
  operation.needs_key = common.handler == create_user;
  operation.statuses = common.statuses;
  operation.unsent = common.unsent;
  return operation;
}

void add_common(std::vector<Operation>& table, const std::vector<Common>& list) {
  for (const Common& common : list) {
    table.push_back(make_operation(ApiFamily::kAdmin, common));
    table.push_back(make_operation(ApiFamily::kSystem, common));
  }
}

/// Operations below one user say 412 in the system file only, where every one with If-Match does.
void add_user_operations(std::vector<Operation>& table, const std::vector<Common>& list) {
  for (const Common& common : list) {
    table.push_back(make_operation(ApiFamily::kAdmin, common));
    Operation operation = make_operation(ApiFamily::kSystem, common);
    if (common.handler != list_users && common.handler != set_password_state) {
      operation.statuses.push_back(412);
      std::ranges::sort(operation.statuses);
    }
    if (common.handler == create_user) {
      operation.unsent.push_back(kNoCondition);
    }
    table.push_back(std::move(operation));
  }
}

void add_system_operations(std::vector<Operation>& table) {
  const auto post = [&](std::string_view id, std::string_view path) -> Operation& {
    Operation& operation = table.emplace_back();
    operation.id = id;
    operation.method = Method::kPost;
    operation.pattern = std::string{kSystemRoot} + std::string{path};
    operation.family = ApiFamily::kSystem;
    return operation;
  };
  Operation& by_key = post("systemGetUserByKey", "/pools/{ipID}/users/by_key");
  by_key.handler = get_user_by_key;
  by_key.statuses = {200, 401, 403, 404, 412, 429};
  by_key.unsent = {kNoRateLimit};
  Operation& first = post("verifyPassword", "/pools/{ipID}/user/password/verify");
  first.handler = verify_password_v1;
  first.answer = answer_verified_v1;
  first.work = Work::kHashing;
  first.statuses = {200, 401, 412, 422};
  first.unsent = {kNoCondition};
  Operation& second = post("verifyPasswordV2", "/pools/{ipID}/user/password/v2/verify");
  second.handler = verify_password_v2;
  second.answer = answer_verified_v2;
  second.work = Work::kHashing;
  second.statuses = {200, 401, 412, 422};
  second.unsent = {kNoCondition};
}

std::vector<Operation> make_table() {
  std::vector<Operation> table;
  add_common(table, pool_operations());
  add_common(table, schema_operations());
  add_user_operations(table, user_operations());
  add_user_operations(table, part_operations());
  add_system_operations(table);
  return table;
}

}  // namespace

std::span<const Operation> every_operation() {
  static const std::vector<Operation> kTable = make_table();
  return kTable;
}

}  // namespace muster
