/// The oracle: what the contract says should be there, in three maps (users, identifiers, verified
/// addresses) and a few small ones beside them. It shares no code with the engine.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/intent.h"

namespace muster::sim {

struct ModelUser {
  StreamId stream;
  std::uint64_t revision = 0;
  std::uint64_t shown = 0;  // the revision that entity tags name
  bool jit = false;
  std::string status;
  std::string payload;
  std::string metadata;
  std::string schema;
  std::vector<Part> identifiers;
  std::vector<Part> addresses;
  int password = 0;
  std::string password_state;
  bool folded = false;  // its folded names are its own, whatever the pool compares
};

struct ModelPool {
  StreamId stream;
  std::uint64_t revision = 0;
  std::string name;
  std::string schema;
  std::string text;
  bool folds = false;
  std::string folding;  // building, built, undoing
};

struct ModelSchema {
  std::uint64_t revision = 0;
  std::string name;
  int level = 0;
  bool system = false;
};

struct ModelClient {
  std::uint64_t revision = 0;
  int secret = 0;
};

/// What a command comes to: refused by a rule, or accepted with so many events.
struct Verdict {
  std::string rule;
  std::uint32_t events = 0;
};

/// The remembered outcome of a request with an idempotency key.
struct KeyRecord {
  std::uint64_t body = 0;
  std::int64_t hour = 0;
  std::string rule;  // empty: accepted
  std::uint32_t events = 0;
  std::uint64_t log_size = 0;
  std::uint64_t revision = 0;
};

/// One thing that became true: a command that was accepted, an outcome that is remembered, or both.
struct Op {
  LogId log{};
  std::optional<Intent> intent;  // with at least one event
  std::uint32_t events = 0;
  Observed observed;
  std::optional<std::pair<int, KeyRecord>> record;
};

using LogName = std::pair<LogId, std::string>;
using PoolName = std::pair<StreamId, std::string>;

class Oracle {
 public:
  /// What preparing the intent against this state refuses.
  [[nodiscard]] Verdict judge_reading(const Intent& intent) const;
  /// What deciding it refuses, or how many events it causes.
  [[nodiscard]] Verdict judge(const Intent& intent) const;
  /// True when the request names another version than the present one. `pool` is where its user
  /// was read.
  [[nodiscard]] bool is_outdated(const Request& request, StreamId pool) const;
  /// Nothing when there is none, or it is older than 24 hours.
  [[nodiscard]] const KeyRecord* find_record(LogId log, int key, std::int64_t hour) const;
  void apply(const Op& op);

  [[nodiscard]] const ModelPool* pool(LogId log, const std::string& id) const;
  [[nodiscard]] const ModelUser* user(StreamId pool, const std::string& id) const;
  [[nodiscard]] std::uint64_t log_size(LogId log) const;
  /// Of the aggregate that the intent is about; 0 when there is none.
  [[nodiscard]] std::uint64_t revision(const Intent& intent) const;
  /// How many users of either type: standard, jit.
  [[nodiscard]] std::pair<int, int> count(StreamId pool) const;
  [[nodiscard]] std::size_t users_in(StreamId pool) const;
  [[nodiscard]] std::vector<std::string> first_users(StreamId pool, std::size_t most) const;

  std::map<PoolName, ModelUser> users;
  std::map<PoolName, std::string> identifiers;  // by claimed form
  std::map<PoolName, std::string> addresses;    // the verified ones
  std::map<LogName, ModelPool> pools;
  std::map<StreamId, std::pair<LogId, ModelPool>> deleted_pools;
  std::map<LogName, ModelSchema> schemas;
  std::map<LogName, ModelClient> clients;
  std::set<LogName> workspaces;
  std::set<std::pair<LogId, int>> signing_keys;
  std::map<std::string, LogId> tenants;
  std::set<StreamId> erased;
  std::map<std::pair<LogId, int>, KeyRecord> records;
  std::map<LogId, std::uint64_t> sizes;

 private:
  struct Found {
    const ModelPool* pool = nullptr;
    const ModelUser* user = nullptr;
  };

  [[nodiscard]] Found find(const Intent& intent) const;
  [[nodiscard]] const ModelSchema* schema(LogId log, const std::string& id) const;
  [[nodiscard]] bool fits(LogId log, const std::string& schema, int level, bool expected) const;
  [[nodiscard]] bool violates(const Intent& intent, const Found& found) const;
  [[nodiscard]] Verdict judge_creation(const Intent& intent) const;
  [[nodiscard]] Verdict judge_user(const Intent& intent) const;
  [[nodiscard]] Verdict judge_part(const Intent& intent, const Found& found) const;
  [[nodiscard]] Verdict judge_replacement(const Intent& intent, const Found& found) const;
  [[nodiscard]] Verdict judge_update(const Intent& intent, const Found& found) const;
  [[nodiscard]] Verdict judge_pool(const Intent& intent) const;
  [[nodiscard]] Verdict judge_folding(const Intent& intent) const;
  [[nodiscard]] Verdict judge_folding_step(const Intent& intent, const ModelPool& pool) const;
  [[nodiscard]] Verdict judge_schema(const Intent& intent) const;
  [[nodiscard]] Verdict judge_client(const Intent& intent) const;
  [[nodiscard]] std::string taken_by_other(const ModelPool& pool,
                                           const std::string& id,
                                           const Person& person) const;
  /// What somebody has whose folded names are its own, or `claimed` holds.
  [[nodiscard]] std::string taken_folded(StreamId pool,
                                         const std::string& id,
                                         const Person& person,
                                         const std::set<std::string>& claimed) const;
  [[nodiscard]] bool schema_in_use(LogId log, const std::string& id) const;
  [[nodiscard]] bool schema_name_taken(const Intent& intent) const;
  [[nodiscard]] bool pool_name_taken(const Intent& intent) const;

  void commit(const Intent& intent, std::uint32_t events, const Observed& observed);
  void commit_user(const Intent& intent, std::uint32_t events, const Observed& observed);
  void commit_folding(const Intent& intent);
  void commit_directory(const Intent& intent, const Observed& observed);
  void enter_names(const ModelPool& pool, const std::string& id, const ModelUser& user);
  void leave_names(const ModelPool& pool, const ModelUser& user);
  void remove_user(const ModelPool& pool, const std::string& id);
};

/// ASCII is all that worlds spell.
std::string lower_case(std::string value);
/// As a pool tells users apart whose folded names are not their own.
std::string claimed_form(const ModelPool& pool, const std::string& value);
/// As a pool compares names.
std::string form_of(const ModelPool& pool, const std::string& value);
const Part* find_part(const std::vector<Part>& parts,
                      const std::string& value,
                      const ModelPool& pool);

}  // namespace muster::sim
