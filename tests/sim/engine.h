/// The engine under simulation: what a server process is between two crashes, driven by one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/sequencer/clock_guard.h"
#include "engine/sequencer/group_builder.h"
#include "engine/users/commands.h"
#include "projections/directory_views.h"
#include "storage/log/event_log.h"
#include "storage/memory_kv.h"
#include "tests/sim/intent.h"
#include "tests/sim/ports.h"

namespace muster::sim {

/// What survives a crash.
struct Disk {
  explicit Disk(Entropy& entropy) : sealer{entropy} {}

  MemoryKv kv;
  SimSealer sealer;
  std::uint64_t free_bytes = std::uint64_t{1} << 40U;
};

class Engine {
 public:
  /// As DataDirectory and Instance start: reads where the logs end, finishes erasures.
  static Result<std::unique_ptr<Engine>> start(Disk& disk, SimClock& clock, Entropy& entropy);

  /// What a request thread does: reads at the published state, checks, encodes, seals.
  Result<Decide> prepare(const Intent& intent);
  /// The entity tag of what the intent is about, as published; nothing when there is none.
  std::optional<std::string> etag(const Intent& intent);

  /// The state at an address, as published.
  template <class State>
  std::optional<State> read(const StateAddress& address) const {
    const auto state = read_any(address);
    const auto* found = state ? std::get_if<State>(&*state) : nullptr;
    return found == nullptr ? std::nullopt : std::optional{*found};
  }

  /// The sequencer's part.
  Result<Accepted> decide(const Command& command) { return builder_.add(command, clock_.now()); }

  [[nodiscard]] bool has_group() const { return !builder_.empty(); }

  /// Ends the group. What is decided from now on belongs to the next one; before that is taken,
  /// too, this one must be written.
  Group take() { return builder_.take(next_group_++); }

  /// The committing thread's part, in four steps between which a process can die. Readers see the
  /// group after the last.
  Result<void> append(const Group& group);

  Result<void> sync(std::uint64_t through) { return log_->sync(through); }

  Result<void> erase_keys(const Group& group);
  void publish(const Group& group);

  EventLog& log() { return *log_; }

  [[nodiscard]] const Views& views() const { return views_; }

  ClockGuard& guard() { return guard_; }

 private:
  Engine(Disk& disk, SimClock& clock, Entropy& entropy, std::unique_ptr<EventLog> log);

  Result<void> know_tenants();
  [[nodiscard]] std::optional<AnyState> read_any(const StateAddress& address) const;
  [[nodiscard]] std::optional<SchemaWithRevision> schema(LogId log, const std::string& id) const;
  [[nodiscard]] std::optional<PoolState> pool(LogId log, const std::string& id) const;
  Result<Decide> prepare_user(const Intent& intent);
  Result<Decide> prepare_by_name(const Intent& intent);
  Result<Decide> prepare_creation(const Intent& intent, const PoolState& pool);
  Result<Decide> prepare_of(const Intent& intent, const PoolState& pool, const UserState& user);
  Result<Decide> prepare_directory(const Intent& intent);
  Result<Decide> prepare_administration(const Intent& intent);
  [[nodiscard]] UserSchemas schemas_for(const Intent& intent,
                                        const std::string& payload_schema) const;

  Disk& disk_;
  SimClock& clock_;
  DirectoryViews views_;
  std::unique_ptr<EventLog> log_;
  DomainPorts ports_;
  GroupBuilder builder_;
  ClockGuard guard_;
  std::uint64_t next_group_;
  std::shared_ptr<const KvSnapshot> published_;
  std::vector<std::pair<std::uint64_t, std::shared_ptr<const KvSnapshot>>> unpublished_;
};

/// Base64url of 32 bytes that say only this number.
std::string digest_text(int number);

}  // namespace muster::sim
