#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {
namespace {

Operation system_post(std::string_view id, std::string_view path, OperationHandler handler) {
  Operation operation;
  operation.id = id;
  operation.method = Method::kPost;
  operation.pattern = std::string{kSystemRoot} + std::string{path};
  operation.family = ApiFamily::kSystem;
  operation.handler = handler;
  return operation;
}

}  // namespace

void add_password_operations(std::vector<Operation>& table) {
  Operation by_key =
      system_post("systemGetUserByKey", "/pools/{ipID}/users/by_key", get_user_by_key);
  by_key.permission = Permission::kReadUsers;
  by_key.as_of = AsOf::kPersonal;
  by_key.statuses = {200, 401, 403, 404, 412, 429};
  table.push_back(std::move(by_key));

  Operation first =
      system_post("verifyPassword", "/pools/{ipID}/user/password/verify", verify_password_v1);
  first.answer = answer_verified_v1;
  first.work = Work::kHashing;
  first.permission = Permission::kManagePasswords;
  first.statuses = {200, 401, 412, 422};
  first.unsent = {kNoCondition};
  table.push_back(std::move(first));

  Operation second =
      system_post("verifyPasswordV2", "/pools/{ipID}/user/password/v2/verify", verify_password_v2);
  second.answer = answer_verified_v2;
  second.work = Work::kHashing;
  second.permission = Permission::kManagePasswords;
  second.statuses = {200, 401, 412, 422};
  second.unsent = {kNoCondition};
  table.push_back(std::move(second));
}

}  // namespace muster
