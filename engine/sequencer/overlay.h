/// The states and rows of a group under construction, over what is already written.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/ports/group_log.h"
#include "engine/sequencer/command.h"

namespace muster {

/// How many states that are not users stay decoded between groups. Pools, schemas and clients are
/// few and read by almost every command; users are many and read once.
inline constexpr std::size_t kResidentStatesMax = 4096;

/// What one command would change; nothing of it is visible until Overlay::apply().
struct Staged {
  struct Change {
    StateAddress address;  // under which the state was loaded
    LogId log{};
    AnyState before;
    AnyState after;
  };

  std::vector<Change> states;
  std::vector<RowChange> rows;
};

/// A unique row that belongs to another stream, and whose state wants it.
struct TakenRow {
  StateAddress whose;
  Row wanted;
};

/// Deciding thread only.
class Overlay final : public StateReader {
 public:
  Overlay(GroupLog& log, const Views& views) : log_{log}, views_{views} {}

  Result<const AnyState*> find(const StateAddress& address) override;
  Result<Counters> counters(const std::string& key) override;

  [[nodiscard]] const Views& views() const override { return views_; }

  Result<std::optional<std::string>> row(View view, const std::string& key);
  /// The rows of View::kPast whose keys begin with `prefix`, as later commands of the group see
  /// them.
  Result<std::vector<Row>> past_rows(const std::string& prefix);
  /// Derives the row changes of `staged`; refuses (Views::taken) when one of its unique rows
  /// belongs to another stream, which `taken` then tells. A row may pass from one state of `staged`
  /// to another. `tenant_id` is the tenant's whose log it is.
  Result<void> derive_rows(Staged& staged,
                           std::string_view tenant_id,
                           std::optional<TakenRow>& taken);
  /// Makes the staged states and rows those that later commands of the group see.
  void apply(Staged&& staged);
  /// Ends the group and appends its row changes to `out`. They stay readable here until the next
  /// call, by which time they must have been written.
  void take_rows(std::vector<RowChange>& out);
  /// Lets go of what was only looked at, for a group without any change. Everything taken before
  /// must have been written.
  void forget();

 private:
  struct KeyHash {
    std::size_t operator()(const RowKey& key) const noexcept {
      return std::hash<std::string>{}(key.key) * 31 + static_cast<std::size_t>(key.view);
    }
  };

  /// The rows of one staged state before and after.
  struct Derived;
  class Deriving;

  void drop_loaded();

  GroupLog& log_;
  const Views& views_;
  std::unordered_map<RowKey, std::optional<std::string>, KeyHash> rows_;
  std::unordered_map<RowKey, std::optional<std::string>, KeyHash> previous_;  // being written
  /// Rows looked up in this group and not found: a new aggregate's row is asked for by decide() and
  /// again as a unique row.
  std::unordered_set<RowKey, KeyHash> absent_;
  std::unordered_map<StateAddress, AnyState> loaded_;    // this group's
  std::unordered_map<StateAddress, AnyState> resident_;  // kept between groups; never users
};

}  // namespace muster
