/// Operations of the published API: how one is declared, and what its handler gets and gives.
///
/// Reads have a handler that answers at once. Writes have one that prepares a command, and a second
/// function that answers what became of it. Everything that all operations share (tokens, If-Match,
/// idempotency keys, retries, headers, errors) is in run.cc.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/auth/tokens.h"
#include "api/http/request.h"
#include "api/http/response.h"
#include "api/http/router.h"
#include "api/server/services.h"
#include "engine/administration/permissions.h"

namespace muster {

/// Who may call (contract 1.2): the admin family takes tokens of the workspace `admin`, the system
/// family those of `system` with the operation's scope. Muster's own operations take tokens of
/// `admin`; those of the root take tokens of the workspace `system` of the tenant `system`. History
/// takes tokens of `admin`, and those of `system` with the operation's scope.
enum class ApiFamily : std::uint8_t { kAdmin, kSystem, kMuster, kRoot, kAudit };

/// One authenticated request and the state of the directory it sees.
struct Context {
  const Services& services;
  const Request& request;
  const Caller& caller;
  const ReadPoint& point;
  /// How often the command was prepared already; from kAttemptsInPlace on, validate in place.
  unsigned attempt = 0;
  /// What the preparation kept for the answer; nothing for the answer to a repeated request.
  std::string_view kept = {};
  /// Streams of users of whom the answer shows values, if somebody wants to know.
  std::vector<StreamId>* shown = nullptr;

  [[nodiscard]] LogId log() const { return caller.log; }

  [[nodiscard]] std::string_view tenant() const { return caller.tenant; }
};

inline constexpr unsigned kAttemptsInPlace = 3;

/// Renders the answer once the command is durable. `context.point` shows the state after it. Knows
/// nothing of the preparation: a repeated request is answered by it too, even when the command
/// could not be prepared any more.
using Answer = Result<Response> (*)(const Context& context, const Accepted& accepted);

/// A command ready to be submitted.
struct Prepared {
  Decide decide;
  /// What `If-Match` is compared with; nothing when the operation ignores it.
  std::optional<StateAddress> precondition;
  /// For the answer, if it is not a repeated one: a secret that is shown once.
  std::string kept = {};
  /// What a refusal by the sequencer becomes in this operation; empty: it stays.
  std::function<Failure(Failure)> refused = {};
};

using Step = std::variant<Response, Prepared>;
using OperationHandler = Result<Step> (*)(const Context& context);

enum class Work : std::uint8_t {
  kRead,     // answers at once, on the connection's thread
  kScan,     // answers on the scanning pool: may look at thousands of rows
  kWrite,    // prepares on the connection's thread
  kHashing,  // prepares or answers on the hashing pool
};

/// Whether a read can be asked for as it was at an earlier moment, and what it shows of persons.
enum class AsOf : std::uint8_t { kNever, kPublic, kPersonal };

/// A documented status that cannot be answered, and why.
struct Unsent {
  int status;
  std::string_view reason;
};

struct Operation {
  std::string_view id;  // operationId of the published file; unique within its family
  Method method = Method::kGet;
  std::string pattern;
  ApiFamily family = ApiFamily::kAdmin;
  OperationHandler handler = nullptr;
  /// Of tokens of the workspace `system`.
  Scope scope = Scope::kIdentity;
  /// What the caller's roles must allow: on the pool {ipID}, else in the workspace {wid}, else in
  /// the tenant. Nothing: the handler answers with what the caller may see.
  std::optional<Permission> permission;
  Work work = Work::kRead;
  /// For kWrite: true when preparing this request may take long (a password to hash, a tree of
  /// groups to measure), which moves it to the hashing pool.
  bool (*is_heavy)(const Request& request) = nullptr;
  /// Status codes that the published file names, in order.
  std::vector<int> statuses;
  /// Media types and size of the body, where they differ from JSON and the server's bound.
  RouteOptions options = {};
  Answer answer = nullptr;  // of writes
  std::vector<Unsent> unsent = {};
  /// For kWrite: makes a subject key. When none is ready, which is when the disk is slow, the
  /// request waits for one in a pool and not on its connection's thread.
  bool needs_key = false;
  /// For kWrite: how often it is prepared again because of what changed meanwhile, before 503.
  unsigned stale_max = kAttemptsInPlace + 1;
  AsOf as_of = AsOf::kNever;
  /// Takes tokens of both workspaces, whatever the family and without a scope.
  bool any_workspace = false;
};

/// Adds the routes of all operations to `router`. Both references outlive the router.
void add_operations(Router& router,
                    const Services& services,
                    std::span<const Operation> operations);

}  // namespace muster
