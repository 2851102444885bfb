#include "api/administration/grants.h"
#include "api/administration/handlers.h"
#include "api/auth/tokens.h"
#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "engine/administration/commands.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// A client that the caller may not manage is as good as none.
Result<std::shared_ptr<const ClientState>> find_client(const Context& context) {
  MUSTER_TRY(auto client,
             context.services.catalog.find_client(
                 context.point, context.log(), context.request.path_parameter("clientID")));
  if (client == nullptr) {
    return not_found("client");
  }
  MUSTER_TRY(const bool may, may_manage(context, client->roles));
  if (!may) {
    return not_found("client");
  }
  return client;
}

StateAddress address_of(const Context& context, const ClientState& client) {
  return {context.log(), Aggregate::kClient, {}, client.id};
}

Result<Response> client_response(const Context& context, ClientState client) {
  MUSTER_TRY(auto held, grants_that_hold(context, client.roles));
  const std::string etag =
      make_roles_etag(context.point.epoch, client.head, held.size(), client.roles.size());
  client.roles = std::move(held);
  std::string json;
  append_client(json, context.tenant(), client);
  if (!context.kept.empty()) {
    json.pop_back();
    json += R"(,"client_secret":)";
    append_json_string(json, context.kept);
    json += '}';
  }
  Response response = json_response(std::move(json));
  response.add_header("ETag", etag);
  if (!context.kept.empty()) {
    response.add_header("Cache-Control", "no-store");
  }
  return response;
}

void check_scope_names(const Fields& fields, const std::vector<std::string>& scopes) {
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!is_scope(scopes[i])) {
      fields.faults().values.add(
          fields.at("scopes") + "/" + std::to_string(i), "scope", "there is no such scope");
    }
  }
}

/// Tokens of Muster's own operations are those of clients of these two, whoever the client is for.
/// Elsewhere it takes the right to give roles in that workspace.
Result<void> check_workspace(const Context& context, const std::string& id) {
  if (id == kAdminWorkspace || id == kSystemWorkspace) {
    return {};
  }
  MUSTER_TRY(const auto workspace, find_visible_workspace(context, id));
  return check_permission(context, *workspace, Permission::kManageRoles);
}

/// Nobody gives scopes that they do not have.
Result<void> check_scopes(const Context& context, const std::vector<std::string>& scopes) {
  if (context.caller.administers_tenant) {
    return {};
  }
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    if (!context.caller.scopes.covers(scopes_of({scopes[i]}))) {
      return failure_at(Errc::kForbidden,
                        "missing_scope",
                        "/scopes/" + std::to_string(i),
                        "scopes are given by who has them");
    }
  }
  return {};
}

/// The clients that would still administer the tenant without this one. Nothing when it does not
/// do so itself: only a client of `admin` can give the role to another.
Result<std::optional<std::vector<std::string>>> other_administrators(const Context& context,
                                                                     const ClientState& client) {
  std::vector<std::string> others;
  if (!administers_tenant(client)) {
    return std::optional<std::vector<std::string>>{};
  }
  MUSTER_TRY(const auto all, context.services.directory.list_clients(context.point, context.log()));
  for (const ClientState& other : all) {
    if (other.id != client.id && administers_tenant(other)) {
      others.push_back(other.id);
    }
  }
  return std::optional{std::move(others)};
}

}  // namespace

Result<Step> list_clients(const Context& context) {
  MUSTER_TRY(const auto all, context.services.directory.list_clients(context.point, context.log()));
  std::vector<ClientState> clients;
  for (const ClientState& client : all) {
    MUSTER_TRY(const bool may, may_manage(context, client.roles));
    if (may) {
      clients.push_back(client);
      MUSTER_TRY(clients.back().roles, grants_that_hold(context, client.roles));
    }
  }
  MUSTER_TRY(Response response,
             context.services.answers.json(list_document(
                 "clients", clients, [&](std::string& out, const ClientState& client) {
                   append_client(out, context.tenant(), client);
                 })));
  return Step{std::move(response)};
}

Result<Step> create_client(const Context& context) {
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  CreateClient input;
  input.log = context.log();
  input.id = fields.text("id");
  input.workspace = fields.required_text("workspace_id");
  input.name = fields.text("name");
  input.scopes = fields.texts("scopes");
  check_scope_names(fields, input.scopes);
  MUSTER_TRY(input.roles, read_grants(context, fields));
  MUSTER_CHECKED(check_workspace(context, input.workspace));
  MUSTER_CHECKED(check_may_manage(context, input.roles));
  MUSTER_CHECKED(check_scopes(context, input.scopes));
  Prepared prepared;
  prepared.kept = make_client_secret(context.services.domain.entropy);
  input.secret_digest = secret_digest(prepared.kept);
  MUSTER_TRY(prepared.decide, prepare_create_client(context.services.domain, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> get_client(const Context& context) {
  MUSTER_TRY(const auto client, find_client(context));
  MUSTER_TRY(Response response, client_response(context, *client));
  return Step{std::move(response)};
}

Result<Step> delete_client(const Context& context) {
  MUSTER_TRY(const auto client, find_client(context));
  Prepared prepared;
  prepared.precondition = address_of(context, *client);
  MUSTER_TRY(auto others, other_administrators(context, *client));
  MUSTER_TRY(prepared.decide,
             prepare_delete_client({context.log(), client->id, std::move(others)}));
  return Step{std::move(prepared)};
}

Result<Step> rotate_client_secret(const Context& context) {
  MUSTER_TRY(const auto client, find_client(context));
  Prepared prepared;
  prepared.precondition = address_of(context, *client);
  prepared.kept = make_client_secret(context.services.domain.entropy);
  MUSTER_TRY(prepared.decide,
             prepare_rotate_client_secret(
                 context.services.domain, *client, {context.log(), secret_digest(prepared.kept)}));
  return Step{std::move(prepared)};
}

Result<Step> replace_client_roles(const Context& context) {
  MUSTER_TRY(const auto client, find_client(context));
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  MUSTER_TRY(std::vector<RoleGrant> roles, read_grants(context, fields));
  MUSTER_CHECKED(check_may_manage(context, roles));
  Prepared prepared;
  prepared.precondition = address_of(context, *client);
  MUSTER_TRY(auto others, other_administrators(context, *client));
  MUSTER_TRY(prepared.decide,
             prepare_replace_client_roles(
                 {context.log(), client->id, std::move(roles), std::move(others)}));
  return Step{std::move(prepared)};
}

Result<Response> answer_client(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const ClientState client, state_after<ClientState>(context, accepted));
  return client_response(context, client);
}

Result<Response> answer_new_client(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_client(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
