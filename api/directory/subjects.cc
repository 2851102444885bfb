#include "api/directory/subjects.h"

#include <limits>

namespace muster {
namespace {

constexpr Revision kNewest{std::numeric_limits<std::uint64_t>::max()};

std::string path_text(const Context& context, std::string_view name) {
  return std::string{context.request.path_parameter(name)};
}

/// The state that an earlier request left, from its events.
Result<AnyState> state_replayed(const Context& context, const Accepted& accepted) {
  const LogReader& log = context.services.log;
  MUSTER_TRY(AnyState state, log.fold(context.log(), accepted.stream, accepted.revision));
  // Asked last: whoever is not erased by now was not while the events were read.
  MUSTER_TRY(const AnyState newest, log.fold(context.log(), accepted.stream, kNewest));
  const auto* user = std::get_if<UserState>(&newest);
  if (user != nullptr && user->erased) {
    return failure(Errc::kGone, "erased", "the user whom the request made was erased");
  }
  return state;
}

}  // namespace

Result<std::shared_ptr<const PoolState>> find_pool(const Context& context) {
  MUSTER_TRY(auto pool,
             context.services.catalog.find_pool(
                 context.point, context.log(), context.request.path_parameter("ipID")));
  if (pool == nullptr) {
    return not_found("pool");
  }
  return pool;
}

Result<std::shared_ptr<const WorkspaceState>> find_workspace(const Context& context) {
  MUSTER_TRY(auto workspace,
             context.services.catalog.find_workspace(
                 context.point, context.log(), context.request.path_parameter("wid")));
  if (workspace == nullptr) {
    return not_found("workspace");
  }
  return workspace;
}

Result<std::shared_ptr<const SchemaState>> find_schema(const Context& context) {
  MUSTER_TRY(auto schema,
             context.services.catalog.find_schema(
                 context.point, context.log(), context.request.path_parameter("schID")));
  if (schema == nullptr) {
    return not_found("schema");
  }
  return schema;
}

Result<UserRow> find_user(const Context& context, const PoolState& pool) {
  const PoolAt at{context.point, context.log(), pool};
  MUSTER_TRY(auto row, context.services.users.find(at, context.request.path_parameter("userID")));
  if (!row) {
    return not_found("user");
  }
  return *std::move(row);
}

Result<GroupState> find_group(const Context& context, const PoolState& pool) {
  const PoolAt at{context.point, context.log(), pool};
  MUSTER_TRY(auto group,
             context.services.groups.find(at, context.request.path_parameter("groupID")));
  if (!group) {
    return not_found("group");
  }
  return *std::move(group);
}

UserName named_user(const Context& context) {
  return {context.log(), path_text(context, "ipID"), path_text(context, "userID")};
}

GroupName named_group(const Context& context) {
  return {context.log(), path_text(context, "ipID"), path_text(context, "groupID")};
}

StateAddress pool_address(const Context& context) {
  return {context.log(), Aggregate::kPool, {}, path_text(context, "ipID")};
}

StateAddress schema_address(const Context& context) {
  return {context.log(), Aggregate::kSchema, {}, path_text(context, "schID")};
}

StateAddress user_address(const Context& context, const PoolState& pool) {
  return {context.log(), Aggregate::kUser, pool.head.stream, path_text(context, "userID")};
}

Result<std::optional<StateAddress>> user_precondition(const Context& context) {
  MUSTER_TRY(const auto pool,
             context.services.catalog.find_pool(
                 context.point, context.log(), context.request.path_parameter("ipID")));
  return pool == nullptr ? std::nullopt : std::optional{user_address(context, *pool)};
}

Result<AnyState> state_after(const Context& context, const Accepted& accepted) {
  if (accepted.replayed) {
    return state_replayed(context, accepted);
  }
  check(accepted.row != nullptr, "a command left no row to answer with");
  return context.services.views.decode(accepted.subject, *accepted.row);
}

}  // namespace muster
