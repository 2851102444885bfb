/// GroupBuilder: turns commands into one group, one after the other. Everything the sequencer
/// decides happens here, in one thread, without clocks, threads or disks of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/ports/sealer.h"
#include "engine/sequencer/idempotency.h"
#include "engine/sequencer/overlay.h"

namespace muster {

/// A command lies whole in one group.
inline constexpr std::size_t kCommandEventsMax = 4096;
inline constexpr std::size_t kCommandBytesMax = 900 * 1024;

struct BuilderPorts {
  GroupLog& log;
  const Views& views;
  Sealer& sealer;
};

/// How many events a log had when an earlier epoch ended; nothing for an epoch that is not known.
using EpochEndOf = std::function<std::optional<std::uint64_t>(Epoch epoch, LogId log)>;

/// Deciding thread only.
class GroupBuilder {
 public:
  /// `ended` may be empty: then nothing of an earlier epoch is known.
  GroupBuilder(const BuilderPorts& ports, Epoch epoch, EpochEndOf ended = {})
      : ports_{ports}, epoch_{epoch}, ended_{std::move(ended)}, overlay_{ports.log, ports.views} {}

  /// The outcome of `command` if the group becomes durable. A refusal leaves the group as it was,
  /// except for the record of it under an idempotency key. `now` is the wall time.
  Result<Accepted> add(const Command& command, Micros now);

  /// Needed once for every tenant that exists at start: rows of users name their tenant.
  void know_tenant(LogId log, std::string id) { tenants_[log] = std::move(id); }

  /// How large the group has become.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  /// True when nothing was added that must be written.
  [[nodiscard]] bool empty() const { return group_.empty(); }

  /// The group under this number; the builder is ready for the next one. The group taken before
  /// must be written by now.
  Group take(std::uint64_t number);

  /// Ends a group that is empty(): what its commands have read is let go.
  void forget() { overlay_.forget(); }

 private:
  struct Draught;  // the events of one command on their way into the group

  Result<Accepted> decide(const Command& command, Micros now);
  Result<void> check_precondition(const Precondition& precondition);
  /// Whether the tag, of an earlier epoch, names the version that `stream` still has: the event
  /// that made it was not among those that a restore lost.
  Result<bool> still_holds(const EarlierTag& tag, LogId log, const StreamHead& stream) const;
  Result<std::optional<StoredOutcome>> find_outcome(const Command& command, Micros now);
  void record_outcome(const Command& command, const Result<Accepted>& outcome, Micros now);
  Result<void> fold_facts(const Command& command, Decision& decision, Micros now, Draught& draught);
  /// All but the type, what is sealed and what is attached.
  static EventHeader header_of(const Command& command,
                               const Fact& fact,
                               const AnyState& before,
                               const Draught& draught);
  Result<void> fold_fact(const Command& command, Fact& fact, Draught& draught);
  Result<std::string> tenant_of(LogId log, const Staged& staged);
  Result<Accepted> accept(const Command& command, const Decision& decision, const Draught& draught);
  LogHead& head(LogId log);
  std::optional<std::set<std::int64_t>>& outcome_hours(LogId log);

  BuilderPorts ports_;
  Epoch epoch_;
  EpochEndOf ended_;
  Overlay overlay_;
  Group group_;
  std::size_t bytes_ = 0;
  std::unordered_map<LogId, LogHead> heads_;
  std::unordered_map<LogId, std::string> tenants_;
  /// Of which there may be outcomes, so that a new key is not looked for in 26 hours one by one.
  std::unordered_map<LogId, std::optional<std::set<std::int64_t>>> outcome_hours_;
};

}  // namespace muster
