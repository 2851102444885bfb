#include "api/administration/handlers.h"
#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/fields.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "engine/administration/commands.h"
#include "projections/documents.h"

namespace muster {
namespace {

Response workspace_response(const Context& context, const WorkspaceState& workspace) {
  std::string json;
  append_workspace(json, context.tenant(), workspace);
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(context.point.epoch, workspace.head));
  return response;
}

StateAddress workspace_address(const Context& context) {
  return {
      context.log(), Aggregate::kWorkspace, {}, std::string{context.request.path_parameter("wid")}};
}

struct WorkspaceBody {
  std::string id;
  std::string name;
  std::vector<std::string> cors_origins;
};

Result<WorkspaceBody> read_workspace(const Context& context) {
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  WorkspaceBody body{fields.text("id"), fields.text("name"), fields.texts("cors_origins")};
  MUSTER_CHECKED(faults.done());
  return body;
}

template <class Keep>
Result<Step> list_of(const Context& context, std::string_view name, const Keep& keep) {
  MUSTER_TRY(auto workspaces,
             context.services.directory.list_workspaces(context.point, context.log()));
  std::erase_if(workspaces, [&](const WorkspaceState& workspace) {
    return !keep(workspace) || !permissions_in(context, workspace).has(Permission::kReadWorkspace);
  });
  MUSTER_TRY(Response response,
             context.services.answers.json(list_document(
                 name, workspaces, [&](std::string& out, const WorkspaceState& workspace) {
                   append_workspace(out, context.tenant(), workspace);
                 })));
  return Step{std::move(response)};
}

Result<Step> create_below(const Context& context, std::string parent) {
  MUSTER_TRY(WorkspaceBody body, read_workspace(context));
  CreateWorkspace input{context.log(),
                        std::move(body.id),
                        std::move(body.name),
                        std::move(parent),
                        std::move(body.cors_origins)};
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_create_workspace(context.services.domain, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> set_connected(const Context& context, bool connected) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  MUSTER_CHECKED(check_permission(context, *workspace, Permission::kConnectPools));
  Prepared prepared;
  prepared.precondition = pool_address(context);
  MUSTER_TRY(
      prepared.decide,
      prepare_connect_pool({context.log(), prepared.precondition->id, workspace->id, connected}));
  return Step{std::move(prepared)};
}

}  // namespace

Result<Step> list_workspaces(const Context& context) {
  return list_of(context, "workspaces", [](const WorkspaceState& workspace) {
    return workspace.parent.empty();
  });
}

Result<Step> create_workspace(const Context& context) {
  return create_below(context, {});
}

Result<Step> get_workspace(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  return Step{workspace_response(context, *workspace)};
}

Result<Step> update_workspace(const Context& context) {
  MUSTER_TRY(WorkspaceBody body, read_workspace(context));
  Prepared prepared;
  prepared.precondition = workspace_address(context);
  MUSTER_TRY(prepared.decide,
             prepare_replace_workspace(context.services.domain,
                                       {context.log(),
                                        prepared.precondition->id,
                                        std::move(body.name),
                                        std::move(body.cors_origins)}));
  return Step{std::move(prepared)};
}

Result<Step> delete_workspace(const Context& context) {
  Prepared prepared;
  prepared.precondition = workspace_address(context);
  MUSTER_TRY(prepared.decide, prepare_delete_workspace({context.log(), prepared.precondition->id}));
  return Step{std::move(prepared)};
}

Result<Step> list_organizations(const Context& context) {
  MUSTER_TRY(const auto parent, find_workspace(context));
  return list_of(context, "organizations", [&](const WorkspaceState& workspace) {
    return workspace.parent == parent->id;
  });
}

Result<Step> create_organization(const Context& context) {
  MUSTER_TRY(const auto parent, find_workspace(context));
  if (!parent->parent.empty()) {
    // The command says it, too, but of a member that this body does not have.
    return failure_at(Errc::kInvalid,
                      "organization_in_organization",
                      "wid",
                      "an organization belongs to a workspace, not to another organization");
  }
  return create_below(context, parent->id);
}

Result<Step> connect_pool(const Context& context) {
  return set_connected(context, true);
}

Result<Step> disconnect_pool(const Context& context) {
  return set_connected(context, false);
}

Result<Response> answer_workspace(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const WorkspaceState workspace, state_after<WorkspaceState>(context, accepted));
  return workspace_response(context, workspace);
}

Result<Response> answer_new_workspace(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_workspace(context, accepted));
  response.status = 201;
  return response;
}

// The tag of a pool also tells its counts (N-04).
Result<Response> answer_connection(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const PoolState pool, state_after<PoolState>(context, accepted));
  MUSTER_TRY(const Counters users,
             context.services.directory.pool_users(context.point, context.log(), pool.head.stream));
  Response response = empty_response();
  response.add_header("ETag", make_pool_etag(accepted.epoch, pool.head, users));
  return response;
}

}  // namespace muster
