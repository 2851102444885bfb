#include "api/directory/operations.h"

#include <algorithm>

#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {
namespace {

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
  operation.permission = common.permission;
  operation.statuses = common.statuses;
  operation.unsent = common.unsent;
  if (std::ranges::find(common.statuses, 429) != common.statuses.end() &&
      common.handler != create_user) {
    operation.unsent.push_back(kNoRateLimit);
  }
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

std::vector<Operation> make_table() {
  std::vector<Operation> table;
  add_common(table, pool_operations());
  add_common(table, schema_operations());
  add_user_operations(table, user_operations());
  add_user_operations(table, part_operations());
  add_password_operations(table);
  add_configuration_operations(table);
  return table;
}

}  // namespace

std::span<const Operation> every_operation() {
  static const std::vector<Operation> kTable = make_table();
  return kTable;
}

}  // namespace muster
