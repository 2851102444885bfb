/// A GroupBuilder with everything it needs, and commands made of bare facts: the rules of the
/// domain have tests of their own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include <catch2/catch.hpp>

#include "engine/sequencer/group_builder.h"
#include "projections/directory_views.h"
#include "tests/engine/support/story.h"

namespace muster::test {

/// A log in memory whose writes and syncs can be held up and whose calls can be made to fail.
class MapLog final : public GroupLog {
 public:
  Result<std::optional<std::string>> read(View view, std::string_view key) const override {
    ++reads;
    const std::lock_guard lock{mutex_};
    const auto found = rows_.find({view, std::string{key}});
    return found == rows_.end() ? std::nullopt : std::optional{found->second};
  }

  Result<void> scan(View view, std::string_view prefix, const RowVisitor& visit) const override {
    const std::lock_guard lock{mutex_};
    for (const auto& [place, value] : rows_) {
      if (place.first == view && place.second.starts_with(prefix)) {
        visit(place.second, value);
      }
    }
    return {};
  }

  [[nodiscard]] LogHead head(LogId log) const override {
    const std::lock_guard lock{mutex_};
    const auto found = heads_.find(log);
    return found == heads_.end() ? LogHead{} : found->second;
  }

  [[nodiscard]] Result<std::optional<Position>> position_of(LogId log,
                                                            StreamId stream,
                                                            Revision revision) const override {
    const std::lock_guard lock{mutex_};
    for (const RecordedEvent& event : events_) {
      if (event.log == log && event.stream == stream && event.revision == revision) {
        return std::optional{event.position};
      }
    }
    return std::optional<Position>{};
  }

  [[nodiscard]] std::optional<std::vector<std::int64_t>> outcome_hours(LogId) const override {
    return hours;
  }

  Result<void> admits() const override {
    return full ? failure(Errc::kUnavailable, "disk_full") : Result<void>{};
  }

  Result<Snapshot> append(const Group& group) override {
    if (append_fails) {
      return failure(Errc::kIo, "storage_io");
    }
    std::unique_lock lock{mutex_};
    ++writing_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return writes_open_; });
    for (const RowChange& change : group.rows) {
      if (change.value) {
        rows_[{change.view, change.key}] = *change.value;
      } else {
        rows_.erase({change.view, change.key});
      }
    }
    for (const RecordedEvent& event : group.events) {
      heads_[event.log] = {raw(event.position) + 1, event.time};
      events_.push_back(event);
    }
    groups_.push_back(group.number);
    return Snapshot{std::make_shared<std::uint64_t>(group.number)};
  }

  Result<void> sync(std::uint64_t through) override {
    std::unique_lock lock{mutex_};
    ++syncing_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return syncs_open_; });
    synced_.push_back(through);
    return sync_fails ? failure(Errc::kIo, "storage_io") : Result<void>{};
  }

  Result<void> confirm() override {
    ++confirmations;
    return {};
  }

  void finish_erasure(const std::vector<Slot>& slots) override {
    const std::lock_guard lock{mutex_};
    finished_.insert(finished_.end(), slots.begin(), slots.end());
  }

  /// Writes that begin from now on wait until they are let through.
  void hold_writes() {
    const std::lock_guard lock{mutex_};
    writes_open_ = false;
  }

  void let_writes_through() {
    {
      const std::lock_guard lock{mutex_};
      writes_open_ = true;
    }
    changed_.notify_all();
  }

  /// Until so many writes have begun.
  void wait_for_writes(std::size_t count) {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return writing_ >= count; }));
  }

  /// Syncs that begin from now on wait until they are let through.
  void hold_syncs() {
    const std::lock_guard lock{mutex_};
    syncs_open_ = false;
  }

  void let_syncs_through() {
    {
      const std::lock_guard lock{mutex_};
      syncs_open_ = true;
    }
    changed_.notify_all();
  }

  /// Until so many syncs have begun.
  void wait_for_syncs(std::size_t count) {
    std::unique_lock lock{mutex_};
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return syncing_ >= count; }));
  }

  [[nodiscard]] std::vector<RecordedEvent> events() const { return copy_of(events_); }

  [[nodiscard]] std::vector<std::uint64_t> groups() const { return copy_of(groups_); }

  [[nodiscard]] std::vector<std::uint64_t> synced() const { return copy_of(synced_); }

  [[nodiscard]] std::vector<Slot> finished() const { return copy_of(finished_); }

  std::optional<std::vector<std::int64_t>> hours;
  std::atomic<bool> full{false};
  std::atomic<bool> append_fails{false};
  std::atomic<bool> sync_fails{false};
  std::atomic<int> confirmations{0};
  mutable std::atomic<int> reads{0};

 private:
  template <class List>
  List copy_of(const List& list) const {
    const std::lock_guard lock{mutex_};
    return list;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<View, std::string>, std::string> rows_;
  std::map<LogId, LogHead> heads_;
  std::vector<RecordedEvent> events_;
  std::vector<std::uint64_t> groups_;
  std::vector<std::uint64_t> synced_;
  std::vector<Slot> finished_;
  std::size_t writing_ = 0;
  std::size_t syncing_ = 0;
  bool writes_open_ = true;
  bool syncs_open_ = true;
};

/// A wall clock that can be set, over one that only runs.
class TwoClocks final : public Clock {
 public:
  Micros now() override { return wall; }

  Micros boot_time() override { return boot; }

  void pass(std::int64_t micros) {
    step(micros);
    boot = Micros{raw(boot.load()) + micros};
  }

  void step(std::int64_t micros) { wall = Micros{raw(wall.load()) + micros}; }

  std::atomic<Micros> wall{Micros{1'800'000'000'000'000}};
  std::atomic<Micros> boot{Micros{5'000'000}};
};

inline constexpr LogId kLog{7};
inline constexpr Micros kNoon{1'800'000'000'000'000};
inline constexpr std::int64_t kHourMicros = 3'600'000'000LL;

inline Micros later(Micros time, std::int64_t micros) {
  return Micros{raw(time) + micros};
}

class Bench {
 public:
  Bench() { builder.know_tenant(kLog, "acme"); }

  Fact fact(const StateAddress& address, StreamId stream, AnyEvent event, Slot slot = Slot{0}) {
    auto draft = make_draft(sealer, address.log, stream, slot, std::move(event));
    REQUIRE(draft.has_value());
    return {address, stream, *std::move(draft)};
  }

  StreamId new_stream() { return StreamId{make_uuid_v7(entropy, kNoon)}; }

  static StateAddress workspace(const std::string& id) {
    return {kLog, Aggregate::kWorkspace, {}, id};
  }

  static StateAddress schema(const std::string& id) { return {kLog, Aggregate::kSchema, {}, id}; }

  /// All facts, in one command.
  static Command command(std::vector<Fact> facts) {
    Command made;
    made.log = facts.empty() ? kLog : facts.front().address.log;
    made.decide = [facts = std::move(facts)](StateReader&, Micros) -> Result<Decision> {
      return Decision{facts, facts.empty() ? StateAddress{} : facts.front().address, {}};
    };
    return made;
  }

  Command create_workspace(const std::string& id) {
    return command({fact(workspace(id), new_stream(), WorkspaceCreated{id, "Workspace " + id})});
  }

  Command create_schema(const std::string& id, const std::string& name) {
    return command({fact(schema(id), new_stream(), schema_created(id, name))});
  }

  static SchemaCreated schema_created(const std::string& id, const std::string& name) {
    return {id, name, "", {R"({"type":"object"})"}, false};
  }

  static Command refuse(Failure refusal) {
    Command made;
    made.log = kLog;
    made.decide = [refusal = std::move(refusal)](StateReader&, Micros) -> Result<Decision> {
      return refusal;
    };
    return made;
  }

  /// Of whatever is at that address.
  template <class State>
  State state(const StateAddress& address) {
    std::optional<State> seen;
    Command look;
    look.log = kLog;
    look.decide = [&](StateReader& states, Micros) -> Result<Decision> {
      const auto found = states.get<State>(address);
      if (found && *found != nullptr) {
        seen = **found;
      }
      return failure(Errc::kUnavailable, "only_looking");
    };
    REQUIRE_FALSE(builder.add(look, now).has_value());
    REQUIRE(seen.has_value());
    return *seen;
  }

  static Command with_key(Command command, std::uint8_t key, std::uint8_t request) {
    IdempotencyKey made;
    made.key.fill(key);
    made.request.fill(request);
    made.hmac = "hmac";
    command.idempotency = made;
    return command;
  }

  Result<Accepted> add(const Command& command) { return builder.add(command, now); }

  /// "ok", or the rule of the refusal.
  std::string outcome(const Command& command) {
    const auto added = add(command);
    return added ? "ok" : added.error().rule;
  }

  Group commit() {
    Group group = builder.take(++groups);
    REQUIRE(log.append(group).has_value());
    return group;
  }

  static EventHeader header(const RecordedEvent& event) {
    const auto parsed = OpenPart::parse(event.open_part);
    REQUIRE(parsed.has_value());
    return parsed->header();
  }

  MapLog log;
  DirectoryViews views;
  TestSealer sealer;
  CountingEntropy entropy;
  Micros now = kNoon;
  std::uint64_t groups = 0;
  GroupBuilder builder{{log, views, sealer}, Epoch{3}};
};

}  // namespace muster::test
