#include "api/administration/operations.h"

#include <algorithm>
#include <iterator>

#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/directory/handlers.h"

namespace muster {
namespace {

constexpr std::string_view kRoot = "/api/muster/{tid}";

struct Entry {
  std::string_view id;
  Method method;
  std::string_view path;
  OperationHandler handler;
  Answer answer;  // of writes, else null
  std::optional<Permission> permission;
  Work work;
  std::vector<int> statuses;
};

std::vector<Entry> workspace_entries() {
  return {
      {"listWorkspaces",
       Method::kGet,
       "/workspaces",
       list_workspaces,
       nullptr,
       std::nullopt,
       Work::kScan,
       {200, 401, 403, 429}},
      {"createWorkspace",
       Method::kPost,
       "/workspaces",
       create_workspace,
       answer_new_workspace,
       Permission::kManageWorkspace,
       Work::kWrite,
       {201, 400, 401, 403, 409, 422, 429}},
      {"getWorkspace",
       Method::kGet,
       "/workspaces/{wid}",
       get_workspace,
       nullptr,
       Permission::kReadWorkspace,
       Work::kRead,
       {200, 401, 403, 404, 429}},
      {"updateWorkspace",
       Method::kPut,
       "/workspaces/{wid}",
       update_workspace,
       answer_workspace,
       Permission::kManageWorkspace,
       Work::kWrite,
       {200, 400, 401, 403, 404, 412, 422, 429}},
      {"deleteWorkspace",
       Method::kDelete,
       "/workspaces/{wid}",
       delete_workspace,
       answer_empty,
       Permission::kManageWorkspace,
       Work::kWrite,
       {204, 401, 403, 404, 409, 412, 429}},
      {"listOrganizations",
       Method::kGet,
       "/workspaces/{wid}/organizations",
       list_organizations,
       nullptr,
       std::nullopt,
       Work::kScan,
       {200, 401, 403, 404, 429}},
      {"createOrganization",
       Method::kPost,
       "/workspaces/{wid}/organizations",
       create_organization,
       answer_new_workspace,
       Permission::kManageWorkspace,
       Work::kWrite,
       {201, 400, 401, 403, 404, 409, 422, 429}},
  };
}

std::vector<Entry> connection_entries() {
  return {
      {"connectPool",
       Method::kPut,
       "/workspaces/{wid}/pools/{ipID}",
       connect_pool,
       answer_connection,
       Permission::kUpdatePool,
       Work::kWrite,
       {204, 401, 403, 404, 412, 429}},
      {"disconnectPool",
       Method::kDelete,
       "/workspaces/{wid}/pools/{ipID}",
       disconnect_pool,
       answer_connection,
       Permission::kUpdatePool,
       Work::kWrite,
       {204, 401, 403, 404, 412, 429}},
  };
}

std::vector<Entry> client_entries() {
  return {
      {"listClients",
       Method::kGet,
       "/clients",
       list_clients,
       nullptr,
       std::nullopt,
       Work::kScan,
       {200, 401, 403, 429}},
      {"createClient",
       Method::kPost,
       "/clients",
       create_client,
       answer_new_client,
       std::nullopt,
       Work::kWrite,
       {201, 400, 401, 403, 404, 409, 422, 429}},
      {"getClient",
       Method::kGet,
       "/clients/{clientID}",
       get_client,
       nullptr,
       std::nullopt,
       Work::kRead,
       {200, 401, 403, 404, 412, 429}},
      {"deleteClient",
       Method::kDelete,
       "/clients/{clientID}",
       delete_client,
       answer_empty,
       std::nullopt,
       Work::kWrite,
       {204, 401, 403, 404, 409, 412, 429}},
      {"rotateClientSecret",
       Method::kPost,
       "/clients/{clientID}/secret",
       rotate_client_secret,
       answer_client,
       std::nullopt,
       Work::kWrite,
       {200, 401, 403, 404, 412, 429}},
      {"replaceClientRoles",
       Method::kPut,
       "/clients/{clientID}/roles",
       replace_client_roles,
       answer_client,
       std::nullopt,
       Work::kWrite,
       {200, 400, 401, 403, 404, 409, 412, 422, 429}},
  };
}

std::vector<Entry> role_entries() {
  return {
      {"listRoles",
       Method::kGet,
       "/roles",
       list_roles,
       nullptr,
       std::nullopt,
       Work::kRead,
       {200, 401, 403, 429}},
      {"getUserRoles",
       Method::kGet,
       "/pools/{ipID}/users/{userID}/roles",
       get_user_roles,
       nullptr,
       Permission::kReadRoles,
       Work::kRead,
       {200, 401, 403, 404, 412, 429}},
      {"replaceUserRoles",
       Method::kPut,
       "/pools/{ipID}/users/{userID}/roles",
       replace_user_roles,
       answer_user_roles,
       Permission::kManageUserManagerRole,
       Work::kWrite,
       {200, 400, 401, 403, 404, 412, 422, 429}},
  };
}

std::vector<Entry> schema_entries() {
  return {
      {"schemaHistory",
       Method::kGet,
       "/schemas/{schID}/history",
       schema_history,
       nullptr,
       Permission::kReadSchemas,
       Work::kScan,
       {200, 400, 401, 403, 404, 429}},
      {"planSchema",
       Method::kPost,
       "/schemas/{schID}/plan",
       plan_schema,
       nullptr,
       Permission::kManageSchemas,
       Work::kRead,
       {202, 400, 401, 403, 404, 409, 422, 429}},
      {"getPlan",
       Method::kGet,
       "/plans/{planID}",
       get_plan,
       nullptr,
       Permission::kManageSchemas,
       Work::kRead,
       {200, 401, 403, 404, 429}},
      {"cancelPlan",
       Method::kDelete,
       "/plans/{planID}",
       cancel_plan,
       nullptr,
       Permission::kManageSchemas,
       Work::kRead,
       {200, 401, 403, 404, 429}},
      {"applyPlan",
       Method::kPost,
       "/schemas/{schID}/apply",
       apply_plan,
       answer_schema,
       Permission::kManageSchemas,
       Work::kWrite,
       {200, 400, 401, 403, 404, 409, 412, 422, 429}},
      {"listUnfitUsers",
       Method::kGet,
       "/pools/{ipID}/unfit-users",
       list_unfit_users,
       nullptr,
       Permission::kReadUsers,
       Work::kScan,
       {200, 400, 401, 403, 404, 429}},
  };
}

std::vector<Entry> folding_entries() {
  return {
      {"startFolding",
       Method::kPost,
       "/pools/{ipID}/folding",
       start_folding,
       nullptr,
       Permission::kUpdatePool,
       Work::kRead,
       {202, 401, 403, 404, 409, 429}},
      {"getFolding",
       Method::kGet,
       "/pools/{ipID}/folding",
       get_folding,
       nullptr,
       Permission::kUpdatePool,
       Work::kRead,
       {200, 401, 403, 404, 429}},
      {"cancelFolding",
       Method::kDelete,
       "/pools/{ipID}/folding",
       cancel_folding,
       answer_folding,
       Permission::kUpdatePool,
       Work::kWrite,
       {200, 401, 403, 404, 409, 429}},
  };
}

std::vector<Entry> erasure_entries() {
  return {
      {"eraseStream",
       Method::kPut,
       "/erasures/{streamID}",
       erase_stream,
       answer_erasure,
       Permission::kManageUsers,
       Work::kWrite,
       {202, 401, 403, 404, 429}},
  };
}

/// Deliveries show what all of the tenant's log says, so they take its whole configuration.
std::vector<Entry> webhook_entries() {
  const auto permission = Permission::kManageConfiguration;
  return {
      {"listWebhooks",
       Method::kGet,
       "/webhooks",
       list_webhooks,
       nullptr,
       permission,
       Work::kScan,
       {200, 401, 403, 429}},
      {"createWebhook",
       Method::kPost,
       "/webhooks",
       create_webhook,
       answer_new_webhook,
       permission,
       Work::kWrite,
       {201, 400, 401, 403, 409, 422, 429}},
      {"getWebhook",
       Method::kGet,
       "/webhooks/{webhookID}",
       get_webhook,
       nullptr,
       permission,
       Work::kRead,
       {200, 401, 403, 404, 412, 429}},
      {"replaceWebhook",
       Method::kPut,
       "/webhooks/{webhookID}",
       replace_webhook,
       answer_webhook,
       permission,
       Work::kWrite,
       {200, 400, 401, 403, 404, 412, 422, 429}},
      {"deleteWebhook",
       Method::kDelete,
       "/webhooks/{webhookID}",
       delete_webhook,
       answer_empty,
       permission,
       Work::kWrite,
       {204, 401, 403, 404, 412, 429}},
      {"getDeliveries",
       Method::kGet,
       "/webhooks/{webhookID}/deliveries",
       get_deliveries,
       nullptr,
       permission,
       Work::kRead,
       {200, 401, 403, 404, 429}},
      {"redeliver",
       Method::kPost,
       "/webhooks/{webhookID}/redelivery",
       redeliver,
       nullptr,
       permission,
       Work::kRead,
       {202, 401, 403, 404, 429}},
  };
}

Operation make_operation(const Entry& entry) {
  Operation operation;
  operation.id = entry.id;
  operation.method = entry.method;
  operation.pattern = std::string{kRoot} + std::string{entry.path};
  operation.family = ApiFamily::kMuster;
  operation.handler = entry.handler;
  operation.answer = entry.answer;
  operation.permission = entry.permission;
  operation.work = entry.work;
  operation.needs_key = entry.handler == create_client || entry.handler == create_webhook;
  operation.statuses = entry.statuses;
  return operation;
}

}  // namespace

std::span<const Operation> administration_operations() {
  static const std::vector<Operation> kTable = [] {
    std::vector<Operation> table;
    for (const auto& entries : {workspace_entries(),
                                connection_entries(),
                                client_entries(),
                                role_entries(),
                                schema_entries(),
                                folding_entries(),
                                erasure_entries(),
                                webhook_entries()}) {
      std::ranges::transform(entries, std::back_inserter(table), make_operation);
    }
    return table;
  }();
  return kTable;
}

}  // namespace muster
