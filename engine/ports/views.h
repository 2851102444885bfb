/// Views: what readers ask, as a pure function of states. Implemented by projections/.
///
/// A *row* is a key and value derived from one state. What is written at a commit is the difference
/// between the rows of the state before and after, so a deletion cannot forget a row, and reserving
/// and releasing a name cannot disagree. A *unique row* may belong to one stream only; its value
/// begins with the sixteen bytes of that stream.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/state/state.h"

namespace muster {

enum class View : std::uint8_t {
  kStates,     // states of all aggregates but users and groups, and their unique names
  kUsers,      // a user's state and document in one row
  kUserKeys,   // identifiers, verified addresses, and both from their end
  kUserIndex,  // indexed payload members
  kGroups,     // states of groups, their unique names, and who is a member
  kCounts,     // sums
  kIdempotency,
  kPast,  // rows that were, and until when
};

struct Row {
  View view{};
  std::string key;
  std::string value;
  bool unique = false;

  bool operator==(const Row&) const = default;
};

/// What one state adds to a sum. A count row holds the sums of all states' amounts and is absent
/// when they are all zero.
inline constexpr std::size_t kCountersPerRow = 2;
using Counters = std::array<std::int64_t, kCountersPerRow>;

struct Tally {
  std::string key;
  Counters amounts{};

  bool operator==(const Tally&) const = default;
};

struct RowSet {
  std::vector<Row> rows;
  std::vector<Tally> tallies;
};

/// What rows depend on beside their own state. Both are fixed for as long as the state exists.
struct RowContext {
  LogId log{};
  std::string_view tenant_id;
  const PoolState* pool = nullptr;  // of a user's pool; null for other states
  bool keys_only = false;           // values of rows that hold a state may be left empty
};

/// How rows of a state ended.
struct RowsEnd {
  LogId log{};
  Position end{};       // of the event that ended them, the last of its stream in the command
  bool erased = false;  // whoever they tell about is erased: nothing personal may stay
};

/// A place in a view.
struct RowKey {
  View view{};
  std::string key;

  bool operator==(const RowKey&) const = default;
};

/// Stateless; any thread may call.
class Views {
 public:
  Views() = default;
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;
  virtual ~Views() = default;

  /// Where the state of an aggregate is stored.
  [[nodiscard]] virtual RowKey row_of(const StateAddress& address) const = 0;
  /// The state in the value of that row; kCorrupt when it is unreadable.
  [[nodiscard]] virtual Result<AnyState> decode(const StateAddress& address,
                                                std::string_view value) const = 0;
  /// Appends all rows and tallies of a state; nothing for one that does not exist.
  virtual void rows(const AnyState& state, const RowContext& context, RowSet& out) const = 0;
  /// Appends the rows of View::kPast that tell that `rows`, of the state `before`, were there until
  /// they ended. The rows of sums have no past.
  virtual void past_rows(const std::vector<Row>& rows,
                         const AnyState& before,
                         const RowsEnd& how,
                         std::vector<Row>& out) const = 0;
  /// Prefix of the keys of View::kPast under which erase_past() finds all past rows of a stream.
  [[nodiscard]] virtual std::string past_leads(LogId log, StreamId stream) const = 0;
  /// One row with such a key: what has to go when the person of the stream is erased, and what
  /// takes its place. The same row may be in both.
  virtual void erase_past(const Row& lead,
                          std::vector<RowKey>& gone,
                          std::vector<Row>& out) const = 0;
  /// Why a command is refused whose unique row belongs to somebody else.
  [[nodiscard]] virtual Failure taken(const Row& wanted) const = 0;
  /// Keys of count rows.
  [[nodiscard]] virtual std::string pool_count_key(LogId log, StreamId pool) const = 0;
  [[nodiscard]] virtual std::string schema_use_key(LogId log, std::string_view schema_id) const = 0;
  /// Pools that belong to a workspace or are connected with it; clients, roles and organizations.
  [[nodiscard]] virtual std::string workspace_use_key(LogId log,
                                                      std::string_view workspace_id) const = 0;
  /// Users of a pool with rows of folded forms beside the others; 0.
  [[nodiscard]] virtual std::string pool_folded_key(LogId log, StreamId pool) const = 0;
  /// Groups of a pool, deleted ones that are not empty yet included; sum of the positions of their
  /// newest events. Positions only grow, so when both numbers are the same nothing has changed.
  [[nodiscard]] virtual std::string pool_groups_key(LogId log, StreamId pool) const = 0;
  /// Direct members of a group; groups right below it.
  [[nodiscard]] virtual std::string group_content_key(LogId log, StreamId group) const = 0;
};

/// The value of a count row: each counter as 8 bytes, little-endian.
std::string encode_counters(const Counters& counters);
/// All zero for anything but an encoded value.
Counters decode_counters(std::string_view value);

}  // namespace muster
