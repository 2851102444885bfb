#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/fields.h"
#include "api/directory/handlers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/directory/workspace_pools.h"
#include "api/server/answer_budget.h"
#include "api/server/compiled_schemas.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// Counts are those of `context.point`.
Result<Response> pool_response(const Context& context, const PoolState& pool) {
  MUSTER_TRY(const Counters users,
             context.services.directory.pool_users(context.point, context.log(), pool.head.stream));
  std::string json;
  append_pool(json, context.tenant(), pool, users);
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_pool_etag(context.point.epoch, pool.head, users));
  return response;
}

Result<PoolBody> read_body(const Context& context) {
  MUSTER_TRY(const JsonDocument body, parse_body(context.request));
  return read_pool(body.root(), context.services.settings.pools);
}

/// Only what the caller may see.
void keep_visible(const Context& context, PoolListQuery& query) {
  if (!context.caller.administers_tenant) {
    query.visible = [&context](const PoolState& pool) -> Result<bool> {
      MUSTER_TRY(const Permissions allowed, permissions_on(context, pool));
      return allowed.has(Permission::kGetPool);
    };
  }
}

}  // namespace

Result<std::string> pools_json(const Context& context,
                               const std::vector<PoolState>& pools,
                               std::optional<std::uint64_t> total) {
  std::vector<Counters> counts;
  counts.reserve(pools.size());
  for (const PoolState& pool : pools) {
    MUSTER_TRY(
        const Counters users,
        context.services.directory.pool_users(context.point, context.log(), pool.head.stream));
    counts.push_back(users);
  }
  std::size_t next = 0;
  return list_document(
      "pools",
      pools,
      [&](std::string& out, const PoolState& pool) {
        append_pool(out, context.tenant(), pool, counts[next++]);
      },
      total);
}

Result<Step> list_pools_of(const Context& context, std::optional<std::string> workspace) {
  MUSTER_TRY(PoolListQuery query, read_pool_list(context.request));
  query.workspace = std::move(workspace);
  keep_visible(context, query);
  MUSTER_TRY(const auto pools,
             context.services.directory.list_pools(context.point, context.log(), query));
  // Ours. Counts what the caller may see and the phrase finds, on whatever page.
  MUSTER_TRY(const bool with_total, read_flag(context.request, "with_total"));
  std::optional<std::uint64_t> total;
  if (with_total) {
    MUSTER_TRY(total, context.services.directory.count_pools(context.point, context.log(), query));
  }
  MUSTER_TRY(std::string json, pools_json(context, pools, total));
  const std::string etag = digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("ETag", etag);
  return Step{std::move(response)};
}

Result<Step> create_pool_of(const Context& context, std::optional<std::string> workspace) {
  const Services& services = context.services;
  CreatePool input;
  input.log = context.log();
  MUSTER_TRY(input.body, read_body(context));
  if (workspace) {
    input.body.workspace_id = *std::move(workspace);
    MUSTER_TRY(input.connected, read_flag(context.request, "with_idp"));
  }
  MUSTER_TRY(input.payload_schema,
             services.schemas.find(context.point, context.log(), input.body.payload_schema_id));
  Prepared prepared;
  MUSTER_TRY(prepared.decide,
             prepare_create_pool(services.domain, services.settings.pools, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> list_pools(const Context& context) {
  return list_pools_of(context, std::nullopt);
}

Result<Step> create_pool(const Context& context) {
  return create_pool_of(context, std::nullopt);
}

Result<Step> get_pool(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(Response response, pool_response(context, *pool));
  return Step{std::move(response)};
}

Result<Step> update_pool(const Context& context) {
  const Services& services = context.services;
  Prepared prepared;
  prepared.precondition = pool_address(context);
  ReplacePool input;
  input.log = context.log();
  input.id = prepared.precondition->id;
  MUSTER_TRY(input.body, read_body(context));
  MUSTER_TRY(prepared.decide,
             prepare_replace_pool(services.domain, services.settings.pools, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> delete_pool(const Context& context) {
  // The connections of a pool are its own, so they go with it anyway (N-12).
  MUSTER_CHECKED(read_flag(context.request, "with_idp"));
  Prepared prepared;
  prepared.precondition = pool_address(context);
  MUSTER_TRY(prepared.decide, prepare_delete_pool({context.log(), prepared.precondition->id}));
  return Step{std::move(prepared)};
}

Result<Response> answer_pool(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const PoolState pool, state_after<PoolState>(context, accepted));
  return pool_response(context, pool);
}

Result<Response> answer_new_pool(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_pool(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
