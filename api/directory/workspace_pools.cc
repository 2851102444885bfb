#include "api/directory/workspace_pools.h"

#include <set>

#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "engine/core/bytes.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// Schemas that its pools use; more pools than that are not looked at.
constexpr std::size_t kPoolsOfWorkspaceMax = 10'000;

Failure bad_cursor() {
  return failure_at(Errc::kInvalidSyntax,
                    "invalid_parameter",
                    "cursor",
                    "must be the cursor of an earlier answer");
}

/// The id of the last pool of the page before.
Result<std::optional<std::string>> read_cursor(const Context& context) {
  const auto text = context.request.query_parameter("cursor");
  if (!text || text->empty()) {
    return std::optional<std::string>{};
  }
  auto id = from_base64(*text);
  if (!id || !is_id(*id)) {
    return bad_cursor();
  }
  return std::optional{*std::move(id)};
}

/// The ids of the schemas that a workspace sees: those its pools use (N-13).
Result<std::set<std::string>> schema_ids_of(const Context& context,
                                            const WorkspaceState& workspace) {
  PoolListQuery query;
  query.limit = kPoolsOfWorkspaceMax;
  query.sort = PoolOrder::kId;
  query.workspace = workspace.id;
  MUSTER_TRY(const auto pools,
             context.services.directory.list_pools(context.point, context.log(), query));
  std::set<std::string> ids{std::string{kDefaultPayloadSchema},
                            std::string{kDefaultMetadataSchema}};
  for (const PoolState& pool : pools) {
    ids.insert(pool.payload_schema_id);
    ids.insert(pool.metadata_schema_id);
    ids.insert(pool.business_metadata_schema_id);
  }
  ids.erase(std::string{});
  return ids;
}

}  // namespace

Result<Step> list_workspace_pools(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  return list_pools_of(context, workspace->id);
}

Result<Step> create_workspace_pool(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  return create_pool_of(context, workspace->id);
}

Result<Step> delete_workspace_pool(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  MUSTER_TRY(const auto pool, find_pool(context));
  if (pool->workspace != workspace->id) {
    return not_found("pool");
  }
  return delete_pool(context);
}

Result<Step> list_user_workspace_pools(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  PoolListQuery query;
  MUSTER_TRY(query.limit, read_limit(context.request));
  MUSTER_TRY(query.after, read_cursor(context));
  query.sort = PoolOrder::kId;
  query.workspace = workspace->id;
  query.visible = [&](const PoolState& pool) -> Result<bool> {
    const auto& connected = pool.connected;
    MUSTER_TRY(const Permissions allowed, permissions_on(context, pool));
    return allowed.has(Permission::kGetPool) &&
           std::ranges::find(connected, workspace->id) != connected.end();
  };
  // One more than is shown tells whether there is another page.
  const std::size_t shown = query.limit++;
  MUSTER_TRY(auto pools,
             context.services.directory.list_pools(context.point, context.log(), query));
  const bool goes_on = pools.size() > shown;
  if (goes_on) {
    pools.pop_back();
  }
  MUSTER_TRY(std::string json, pools_json(context, pools));
  if (goes_on) {
    // Put in front, behind the opening brace.
    json.insert(1, R"("cursor":")" + to_base64url(pools.back().id) + R"(",)");
  }
  const std::string etag = digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("ETag", etag);
  return Step{std::move(response)};
}

Result<Step> list_workspace_schemas(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  MUSTER_TRY(const auto ids, schema_ids_of(context, *workspace));
  std::vector<SchemaState> schemas;
  for (const std::string& id : ids) {
    MUSTER_TRY(const auto schema,
               context.services.catalog.find_schema(context.point, context.log(), id));
    if (schema != nullptr) {
      schemas.push_back(*schema);
    }
  }
  std::ranges::sort(schemas, {}, &SchemaState::name);
  std::string json =
      list_document("schemas", schemas, [&](std::string& out, const SchemaState& schema) {
        append_schema(out, context.tenant(), schema);
      });
  const std::string etag = digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("ETag", etag);
  return Step{std::move(response)};
}

Result<Step> get_workspace_schema(const Context& context) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  MUSTER_TRY(const auto ids, schema_ids_of(context, *workspace));
  if (!ids.contains(std::string{context.request.path_parameter("schID")})) {
    return not_found("schema");
  }
  return get_schema(context);
}

}  // namespace muster
