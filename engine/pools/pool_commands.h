/// Commands of identity pools.
///
/// Wrong JSON types: kInvalidSyntax, rule "invalid_body". Wrong values: kInvalid, rule
/// "invalid_request". Pointers lead into the request body.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/administration/prepare.h"
#include "engine/pools/pool_settings.h"
#include "engine/pools/schema_use.h"

namespace muster {

/// N-44. Letters and digits of ASCII, or also spaces (not at the ends), `-` and `_`.
enum class PoolNameRule : std::uint8_t { kLettersAndDigits, kRelaxed };
inline constexpr std::size_t kPoolNameBytesMax = 128;
inline constexpr std::size_t kIndexedMembersMax = 8;

struct PoolOptions {
  PoolNameRule names = PoolNameRule::kLettersAndDigits;
};

/// The published `Pool` object, typed.
struct PoolBody {
  std::string id;  // empty: made by the server
  std::string name;
  std::string workspace_id;  // empty: the tenant's own; fixed when the pool is made (N-13)
  std::string payload_schema_id{kDefaultPayloadSchema};
  std::string metadata_schema_id{kDefaultMetadataSchema};
  std::string business_metadata_schema_id;  // empty: none
  bool identifier_case_insensitive = false;
  PoolSettings settings;
};

/// Reads and checks a `Pool` body. `tenant_id` is ignored: the path says it. `deleted` too: a
/// deleted pool is invisible.
Result<PoolBody> read_pool(JsonValue body, const PoolOptions& options);

/// Refusals: pool_id_taken, workspace_not_found, schema_not_found, stale. Whose name is taken is
/// refused by the views.
struct CreatePool {
  LogId log{};
  PoolBody body;
  /// What body.payload_schema_id names, as read; nothing when there is none of that id.
  std::optional<SchemaWithRevision> payload_schema;
  /// Payload members to index, at most kIndexedMembersMax; nothing: the first top-level string
  /// members of the payload schema.
  std::optional<std::vector<std::string>> indexed;
  /// Whether users of its workspace sign in with it from the start; it must belong to one.
  bool connected = false;
};

Result<Decide> prepare_create_pool(const DomainPorts& ports,
                                   const PoolOptions& options,
                                   CreatePool input);

/// The pool `id` becomes what the body says; body.id and body.workspace_id are ignored (N-11).
/// Refusals: pool_not_found, schema_not_found, pool_not_empty (kConflict: the case rule of a pool
/// with users cannot change). Nothing differs: no event.
struct ReplacePool {
  LogId log{};
  std::string id;
  PoolBody body;
};

Result<Decide> prepare_replace_pool(const DomainPorts& ports,
                                    const PoolOptions& options,
                                    ReplacePool input);

/// The pool becomes an identity provider of a workspace, or ceases to be one. As it is already: no
/// event. Refusals: pool_not_found, workspace_not_found (connecting only), too_many_workspaces
/// (kInvalid).
struct ConnectPool {
  LogId log{};
  std::string id;
  std::string workspace;
  bool connected = true;
};

inline constexpr std::size_t kConnectedWorkspacesMax = 100;

Result<Decide> prepare_connect_pool(ConnectPool input);

/// The pool becomes invisible at once; EmptyPoolStep removes its users and groups. Refusals:
/// pool_not_found.
struct DeletePool {
  LogId log{};
  std::string id;
};

Result<Decide> prepare_delete_pool(DeletePool input);

inline constexpr std::size_t kEmptyPoolStepMax = 500;

/// One step of the process that empties a deleted pool: give it the ids of up to kEmptyPoolStepMax
/// of the users and groups that are left, until there are none; groups become deleted ones, which
/// another process removes (engine/groups). The step without ids writes pool.emptied, after which
/// the process is over. Idempotent: what is gone is passed over. Refusals: stale (no ids were
/// given, but users or groups are left).
struct EmptyPoolStep {
  LogId log{};
  StreamId pool;
  std::vector<std::string> users;
  std::vector<std::string> groups = {};
};

Result<Decide> prepare_empty_pool_step(EmptyPoolStep input);

}  // namespace muster
