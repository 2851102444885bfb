/// What handlers may use. Made once by main.cc; lives longer than the server and all its requests.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "api/server/rate_limits.h"
#include "engine/administration/prepare.h"
#include "engine/pools/pool_commands.h"
#include "engine/sequencer/command.h"
#include "projections/catalog.h"
#include "projections/configuration.h"
#include "projections/directory.h"
#include "projections/groups.h"
#include "projections/published.h"
#include "projections/users.h"
#include "storage/log/log_reader.h"

namespace muster {

class AnswerBudget;
class CompiledSchemas;
class Erasures;
class Deliveries;
class LogFollowers;
class ReadRecorder;
class PoolFoldings;
class SchemaPlans;
class PositionWaits;
class TimeFloor;
class TreeHeads;
class WorkPool;
class Tokens;

/// How logs are followed (/audit/{tid}/feed).
struct FeedSettings {
  /// Held at once by a server; each keeps a connection.
  std::size_t consumers_max = 1'024;
  /// Below what proxies and the server allow between two pieces of an answer.
  std::chrono::milliseconds heartbeat{15'000};
  /// After that a stream ends and is begun anew: below what the server allows for an answer.
  std::chrono::milliseconds life{3'300'000};
  /// How soon a consumer is told to come back when the server ends.
  std::chrono::milliseconds retry{2'000};
};

/// How webhooks are delivered.
struct WebhookSettings {
  /// Whether targets may be addresses that only this machine or its network has, and plain http:
  /// else whoever may make webhooks could reach what only the server reaches.
  bool allow_private = false;
  /// For each step of an attempt.
  std::chrono::milliseconds timeout{10'000};
  /// Before the second attempt; doubled for each further one.
  std::chrono::milliseconds retry_first{5'000};
  std::chrono::milliseconds retry_max{3'600'000};
  /// Then an event is put aside, and the next one has its turn: after some two and a half hours.
  std::uint32_t attempts_max = 12;
};

/// Settings that change how requests are answered.
struct ServiceSettings {
  PoolOptions pools;
  /// `scheme://host[:port]` under which clients reach the server: begins issuers and URLs.
  std::string public_url;
  RateLimitSettings rate_limits = {};
  FeedSettings feed = {};
  WebhookSettings webhooks = {};
};

/// Every member may be used from any thread.
struct Services {
  DomainPorts domain;     // sealer, entropy, clock: to prepare commands
  CommandSink& commands;  // to submit them
  const Views& views;
  const Published& published;  // to read
  const Catalog& catalog;
  const Users& users;
  const Groups& groups;
  const Directory& directory;
  /// What was, for answers to repeated requests and for histories.
  LogReader log;
  CompiledSchemas& schemas;
  SchemaPlans& plans;
  PoolFoldings& foldings;
  WorkPool& hashing;   // passwords
  WorkPool& scanning;  // lists
  WorkPool& keyless;   // creations that wait for a subject key
  AnswerBudget& answers;
  RateLimits& limits;
  PositionWaits& positions;
  Tokens& tokens;
  ServiceSettings settings;
  /// HMAC-SHA256 under a key of the log that never leaves the server.
  std::function<Result<Digest>(LogId log, std::string_view text)> idempotency_mac;
  const Configuration& configuration;
  TreeHeads& tree_heads;
  ReadRecorder& read_recorder;
  /// The store behind the readers above, for those of another moment.
  const KvReads& kv;
  TimeFloor& time_floor;
  Erasures& erasures;
  LogFollowers& followers;
  /// Null where nothing is delivered: imports.
  Deliveries* deliveries = nullptr;
};

}  // namespace muster
