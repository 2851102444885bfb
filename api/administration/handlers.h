/// The handlers behind the table in operations.cc; see OperationHandler and Answer.
#pragma once

#include "api/directory/operation.h"

namespace muster {

// workspaces.cc
Result<Step> list_workspaces(const Context& context);
Result<Step> create_workspace(const Context& context);
Result<Step> get_workspace(const Context& context);
Result<Step> update_workspace(const Context& context);
Result<Step> delete_workspace(const Context& context);
Result<Step> list_organizations(const Context& context);
Result<Step> create_organization(const Context& context);
Result<Step> connect_pool(const Context& context);
Result<Step> disconnect_pool(const Context& context);
Result<Response> answer_workspace(const Context& context, const Accepted& accepted);
Result<Response> answer_new_workspace(const Context& context, const Accepted& accepted);
Result<Response> answer_connection(const Context& context, const Accepted& accepted);

// clients.cc
Result<Step> list_clients(const Context& context);
Result<Step> create_client(const Context& context);
Result<Step> get_client(const Context& context);
Result<Step> delete_client(const Context& context);
Result<Step> rotate_client_secret(const Context& context);
Result<Step> replace_client_roles(const Context& context);
Result<Response> answer_client(const Context& context, const Accepted& accepted);
Result<Response> answer_new_client(const Context& context, const Accepted& accepted);

// roles.cc
Result<Step> list_roles(const Context& context);
Result<Step> get_user_roles(const Context& context);
Result<Step> replace_user_roles(const Context& context);
Result<Response> answer_user_roles(const Context& context, const Accepted& accepted);

// schemas.cc
Result<Step> schema_history(const Context& context);
Result<Step> plan_schema(const Context& context);
Result<Step> get_plan(const Context& context);
Result<Step> cancel_plan(const Context& context);
Result<Step> apply_plan(const Context& context);
Result<Step> list_unfit_users(const Context& context);

// webhooks.cc
Result<Step> list_webhooks(const Context& context);
Result<Step> create_webhook(const Context& context);
Result<Step> get_webhook(const Context& context);
Result<Step> replace_webhook(const Context& context);
Result<Step> delete_webhook(const Context& context);
Result<Step> get_deliveries(const Context& context);
Result<Step> redeliver(const Context& context);
Result<Response> answer_webhook(const Context& context, const Accepted& accepted);
Result<Response> answer_new_webhook(const Context& context, const Accepted& accepted);

// folding.cc
Result<Step> start_folding(const Context& context);
Result<Step> get_folding(const Context& context);
Result<Step> cancel_folding(const Context& context);
// erasures.cc
Result<Step> erase_stream(const Context& context);
Result<Response> answer_erasure(const Context& context, const Accepted& accepted);
Result<Response> answer_folding(const Context& context, const Accepted& accepted);

}  // namespace muster
