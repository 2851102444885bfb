/// A log that is written the way the server writes it: commands through the GroupBuilder, groups
/// into the EventLog, segments by the real Vault. The commands are made here, so that a test can
/// have events of every kind without the rules of the domain.
#pragma once

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/sequencer/group_builder.h"
#include "engine/text/fold.h"
#include "projections/directory_views.h"
#include "storage/log/event_log.h"
#include "storage/seal/system_entropy.h"

namespace muster::test {

struct LivePool {
  LogId log{};
  StreamId stream;
  std::string id;
  StreamId group = {};  // the pool's only one
};

struct LiveUser {
  LogId log{};
  StreamId stream;
  Slot slot{};
  StreamId pool;
  std::string id;
  std::vector<std::string> identifiers;  // their server-made ids
  std::vector<std::string> addresses;
  bool is_member = false;  // of the pool's group
};

class LiveLog {
 public:
  LiveLog(GroupLog& log, Sealer& sealer, std::uint64_t first_group)
      : log_{log},
        sealer_{sealer},
        builder_{{log, views_, sealer}, Epoch{1}},
        next_group_{first_group} {}

  Micros now{1'800'000'000'000'000};
  /// For every command that follows.
  Origin origin;
  std::optional<IdempotencyKey> idempotency;

  void know_tenant(LogId log, std::string id) { builder_.know_tenant(log, std::move(id)); }

  /// Everything added since the last commit becomes one group, durable.
  void commit() {
    if (builder_.empty()) {
      return;
    }
    const Group group = builder_.take(next_group_++);
    REQUIRE(log_.append(group).has_value());
    REQUIRE(log_.sync(group.number).has_value());
    for (const Slot slot : group.erased_slots) {
      REQUIRE(sealer_.erase_slot(slot).has_value());
    }
    log_.finish_erasure(group.erased_slots);
  }

  /// One command with one event per entry of `events`, all of one stream.
  Result<Accepted> add(const StateAddress& address,
                       StreamId stream,
                       Slot slot,
                       std::vector<AnyEvent> events) {
    now = Micros{raw(now) + 1'234'567};
    Decision decision;
    decision.subject = address;
    for (AnyEvent& event : events) {
      auto draft = make_draft(sealer_, address.log, stream, slot, std::move(event));
      REQUIRE(draft.has_value());
      decision.facts.push_back({address, stream, std::move(*draft)});
    }
    return add(address.log, std::move(decision));
  }

  Result<Accepted> add(LogId log, Result<Decision> decision) {
    Command command;
    command.log = log;
    command.origin = origin;
    command.idempotency = idempotency;
    command.decide = [&](StateReader&, Micros) {
      return decision;
    };
    return builder_.add(command, now);
  }

  StreamId new_stream() { return StreamId{make_uuid_v7(entropy_, now)}; }

  Slot new_slot(LogId log) {
    const auto slot = sealer_.reserve_slot(log);
    REQUIRE(slot.has_value());
    return *slot;
  }

  void make_tenant(LogId log, const std::string& id) {
    const StateAddress address{kSystemLog, Aggregate::kTenant, {}, id};
    REQUIRE(add(address, new_stream(), Slot{0}, {TenantCreated{id, raw(log), "The " + id}}));
  }

  void make_schema(LogId log, const std::string& id, std::size_t bytes) {
    SchemaCreated event;
    event.id = id;
    event.name = "schema " + id;
    event.schema.text = R"({"description":")" + std::string(bytes, 's') + "\"}";
    const StateAddress address{log, Aggregate::kSchema, {}, id};
    REQUIRE(add(address, new_stream(), Slot{0}, {event}));
  }

  LivePool make_pool(LogId log, const std::string& id, bool folds) {
    PoolCreated event;
    event.id = id;
    event.name = "pool " + id;
    event.payload_schema_id = "person";
    event.identifier_case_insensitive = folds;
    event.settings.text = R"({"description":"a pool"})";
    event.indexed = {"given_name", "family_name"};
    LivePool pool{log, new_stream(), id};
    REQUIRE(add({log, Aggregate::kPool, {}, id}, pool.stream, Slot{0}, {event}));
    return pool;
  }

  void begin_folding(const LivePool& pool) {
    REQUIRE(add(
        {pool.log, Aggregate::kPool, {}, pool.id}, pool.stream, Slot{0}, {PoolFoldingStarted{}}));
  }

  void make_group(LivePool& pool, const std::string& id) {
    pool.group = new_stream();
    GroupCreated event;
    event.pool = pool.stream;
    event.pool_id = pool.id;
    event.id = id;
    event.name = "group " + id;
    REQUIRE(add({pool.log, Aggregate::kGroup, pool.stream, id}, pool.group, Slot{0}, {event}));
  }

  static Identifier identifier(const std::string& value) {
    Identifier made;
    made.id = "i-" + value;
    made.type = "email";
    made.value = value;
    made.folded = fold(value) == value ? "" : fold(value);
    return made;
  }

  static Address email(const std::string& value, bool verified) {
    Address made;
    made.id = "a-" + value;
    made.type = "email";
    made.value = value;
    made.folded = fold(value) == value ? "" : fold(value);
    made.status = "active";
    made.verified = verified;
    return made;
  }

  static JsonText payload(const std::string& name, int number) {
    return {R"({"given_name":")" + name + R"(","family_name":"Muster","n":)" +
            std::to_string(number) + "}"};
  }

  LiveUser make_user(const LivePool& pool, const std::string& id) {
    LiveUser user{pool.log, new_stream(), new_slot(pool.log), pool.stream, id, {}, {}, false};
    UserCreated event;
    event.pool = pool.stream;
    event.pool_id = pool.id;
    event.status = "active";
    event.payload_schema_id = "person";
    event.folding = 1;
    event.id = id;
    event.payload = payload("Ada " + id, 0);
    event.identifiers = {identifier("First." + id + "@Example.org")};
    event.addresses = {email("Mail." + id + "@Example.org", true)};
    Credential password;
    password.id = "c-" + id;
    password.type = "password";
    password.state = "valid";
    password.secret.text = R"({"hash":"not a real one"})";
    event.credentials = {password};
    user.identifiers = {event.identifiers[0].id};
    user.addresses = {event.addresses[0].id};
    REQUIRE(change(user, {event}));
    return user;
  }

  Result<Accepted> change(const LiveUser& user, std::vector<AnyEvent> events) {
    return add({user.log, Aggregate::kUser, user.pool, user.id},
               user.stream,
               user.slot,
               std::move(events));
  }

  void erase(const LiveUser& user) { REQUIRE(change(user, {UserErased{}})); }

  /// Requests of a client made here, with something personal about each.
  void act_as_client(LogId log, const std::string& id) {
    const StreamId stream = new_stream();
    const Slot slot = new_slot(log);
    ClientCreated event;
    event.id = id;
    event.workspace = "w";
    event.name = "Client " + id;
    event.scopes = {"read", "write"};
    event.secret_digest = "digest of a secret";
    REQUIRE(add({log, Aggregate::kClient, {}, id}, stream, slot, {event}));
    act_as(log, stream, slot);
  }

  void act_as(LogId log, StreamId stream, Slot slot) {
    auto request = seal_request(sealer_, log, stream, slot, R"({"ip":"192.0.2.1"})");
    REQUIRE(request.has_value());
    origin.client = stream;
    origin.request_id = "req-1";
    origin.request = std::move(*request);
  }

  void use_idempotency_key(int number) {
    IdempotencyKey key;
    key.key.fill(static_cast<std::uint8_t>(number));
    key.request.fill(7);
    key.hmac = to_base64url(as_view(key.key));
    idempotency = key;
  }

 private:
  GroupLog& log_;
  Sealer& sealer_;
  DirectoryViews views_;
  SystemEntropy entropy_;
  GroupBuilder builder_;
  std::uint64_t next_group_;
};

/// A few tenants with pools and people, and `changes` random things that happen to them.
class Population {
 public:
  Population(LiveLog& log, std::uint64_t seed) : log_{log}, random_{seed} {}

  void found() {
    for (std::uint32_t number : {1U, 2U}) {
      const LogId log{number};
      log_.make_tenant(log, "tenant-" + std::to_string(number));
      log_.commit();
      log_.origin = {};
      log_.act_as_client(log, "client");
      log_.make_schema(log, "person", number == 1 ? 40 : 3000);  // the larger one is attached
      pools.push_back(log_.make_pool(log, "open", true));
      pools.push_back(log_.make_pool(log, "strict", false));
      log_.begin_folding(pools.back());
      for (LivePool& pool : pools) {
        if (pool.log == log) {
          log_.make_group(pool, "everybody");
        }
      }
      log_.commit();
      log_.origin = {};
    }
  }

  void happen(int changes) {
    for (int i = 0; i < changes; ++i) {
      if (pick(4) == 0) {
        log_.use_idempotency_key(next_key_++ % 250);
      }
      if (users.empty() || pick(4) == 0) {
        users.push_back(log_.make_user(pools[pick(pools.size())], "u" + std::to_string(next_++)));
      } else {
        change_somebody();
      }
      log_.idempotency.reset();
      if (pick(3) == 0) {
        log_.commit();
      }
      if (pick(20) == 0) {
        log_.now = Micros{raw(log_.now) + 3'600'000'000LL};
      }
    }
    log_.commit();
  }

  std::vector<LivePool> pools;
  std::vector<LiveUser> users;  // that exist
  std::vector<LiveUser> erased;

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }

  void change_somebody() {
    const std::size_t who = pick(users.size());
    LiveUser& user = users[who];
    const std::string number = std::to_string(next_++);
    switch (pick(12)) {
      case 0:
        REQUIRE(log_.change(user,
                            {UserPayloadReplaced{"person", LiveLog::payload("Eve", next_)},
                             UserStatusChanged{"inactive"}}));
        break;
      case 1: {
        UserIdentifierAdded event{1, LiveLog::identifier("More" + number)};
        user.identifiers.push_back(event.identifier.id);
        REQUIRE(log_.change(user, {event}));
        break;
      }
      case 2:
        if (user.identifiers.size() > 1) {
          REQUIRE(log_.change(user, {UserIdentifierRemoved{user.identifiers.back()}}));
          user.identifiers.pop_back();
        }
        break;
      case 3: {
        UserAddressAdded event{1, LiveLog::email("Other" + number + "@example.org", pick(2) == 0)};
        user.addresses.push_back(event.address.id);
        REQUIRE(log_.change(user, {event}));
        break;
      }
      case 4:
        // Nothing to seal here, though other events of this kind have.
        REQUIRE(
            log_.change(user, {UserAddressUpdated{user.addresses[0], "inactive", false, "", {}}}));
        break;
      case 5: {
        // By the person, so that the request is sealed under the stream's own key.
        const Origin before = log_.origin;
        log_.act_as(user.log, user.stream, user.slot);
        REQUIRE(log_.change(user, {UserAddressUpdated{user.addresses[0], "active", true, "", {}}}));
        log_.origin = before;
        break;
      }
      case 6:
        REQUIRE(log_.change(user, {UserStatusChanged{"active"}}));
        break;
      case 7:
        join_or_leave(user);
        break;
      case 8:
        REQUIRE(log_.change(user, {UserKeysFolded{}}));
        break;
      case 9:
        REQUIRE(log_.change(user, {UserKeysUnfolded{}}));
        break;
      case 10:
        REQUIRE(log_.change(user, {UserDeleted{}}));
        users.erase(users.begin() + static_cast<std::ptrdiff_t>(who));
        break;
      default:
        log_.erase(user);
        erased.push_back(user);
        users.erase(users.begin() + static_cast<std::ptrdiff_t>(who));
        break;
    }
  }

  void join_or_leave(LiveUser& user) {
    const auto pool = std::ranges::find(pools, user.pool, &LivePool::stream);
    if (user.is_member) {
      REQUIRE(log_.change(user, {UserGroupLeft{pool->group}}));
    } else {
      REQUIRE(log_.change(user, {UserGroupJoined{pool->group, "everybody"}}));
    }
    user.is_member = !user.is_member;
  }

  LiveLog& log_;
  std::mt19937_64 random_;
  int next_ = 0;
  int next_key_ = 0;
};

}  // namespace muster::test
