#include "api/directory/operations.h"

#include <algorithm>

#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {
namespace {

/// Filters, search phrases, trees, and lists that are made from others.
bool looks_at_many_rows(OperationHandler handler) {
  constexpr OperationHandler kScans[] = {list_users,
                                         list_users_b2b,
                                         list_pools,
                                         list_workspace_pools,
                                         list_user_workspace_pools,
                                         list_workspace_schemas,
                                         get_workspace_schema,
                                         list_groups,
                                         list_group_users,
                                         list_user_groups,
                                         is_user_in_group};
  return std::ranges::find(kScans, handler) != std::end(kScans);
}

AsOf as_of(OperationHandler handler) {
  constexpr OperationHandler kPublic[] = {list_pools,
                                          get_pool,
                                          list_schemas,
                                          get_schema,
                                          list_workspace_pools,
                                          list_user_workspace_pools,
                                          list_workspace_schemas,
                                          get_workspace_schema,
                                          list_groups,
                                          get_group};
  constexpr OperationHandler kPersonal[] = {list_users,
                                            get_user,
                                            list_users_b2b,
                                            get_b2b_user,
                                            get_user_metadata,
                                            list_group_users,
                                            list_user_groups,
                                            is_user_in_group};
  if (std::ranges::find(kPublic, handler) != std::end(kPublic)) {
    return AsOf::kPublic;
  }
  const bool personal = std::ranges::find(kPersonal, handler) != std::end(kPersonal);
  return personal ? AsOf::kPersonal : AsOf::kNever;
}

bool creates_users(OperationHandler handler) {
  return handler == create_user || handler == create_b2b_user;
}

/// Of patches of one user that come together each round lets at least one through.
constexpr unsigned kPatchStaleMax = 64;

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
  if (looks_at_many_rows(common.handler)) {
    operation.work = Work::kScan;
  }
  if (creates_users(common.handler)) {
    operation.is_heavy = may_have_password;
  } else if (common.handler == update_group) {
    operation.is_heavy = may_move_group;
  }
  operation.needs_key = creates_users(common.handler);
  operation.as_of = as_of(common.handler);
  operation.permission = common.permission;
  operation.statuses = common.statuses;
  operation.unsent = common.unsent;
  if (common.handler == patch_user) {
    operation.options.media_types = {"application/merge-patch+json"};
    operation.stale_max = kPatchStaleMax;
  }
  return operation;
}

void add_common(std::vector<Operation>& table, const std::vector<Common>& list) {
  for (const Common& common : list) {
    table.push_back(make_operation(ApiFamily::kAdmin, common));
    if (!common.system_id.empty()) {
      table.push_back(make_operation(ApiFamily::kSystem, common));
    }
  }
}

/// Operations below one user say 412 in the system file only, where every one with If-Match does.
void add_user_operations(std::vector<Operation>& table, const std::vector<Common>& list) {
  for (const Common& common : list) {
    table.push_back(make_operation(ApiFamily::kAdmin, common));
    Operation operation = make_operation(ApiFamily::kSystem, common);
    if (common.handler != list_users && common.handler != set_password_state &&
        common.handler != patch_user) {
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
  add_common(table, workspace_operations());
  add_common(table, delegated_operations());
  add_common(table, b2b_operations());
  add_common(table, group_operations());
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
