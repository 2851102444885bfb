/// Keys of the views, and the parts that can be read back out of them. On disk for ever.
///
///   every key    = log (4 bytes, big-endian) rest
///   states.1     rest = letter of the aggregate, id          -> row of a state
///                     | 'P' pool name | 'S' schema name      -> owner
///                     | 'W' workspace 0x00 'n' pool name     -> owner
///                     | 'W' workspace 0x00 'i' pool id       -> since
///                     | 'F' pool id                          -> since
///                     | 'U' schema id                        -> since
///                     | 'E' stream of a user                 -> nothing
///   users.1      rest = pool id                              -> row of a user
///   user_keys.1  rest = pool 'i' form                        -> owner; form of an identifier
///                     | pool 'a' form                        -> owner; form of a verified address
///                     | pool 'r' form backwards 0x00 id      -> since
///                     | pool 'I' | 'A' | 'R', with the folded form, as 'i' | 'a' | 'r'
///   user_index.1 rest = pool member value 0x00 id            -> since
///                     | pool (member + 0x80) id              -> since
///                     | pool 0xfe first (8 bytes)            -> since 's' | 'j' id
///                     | pool 0xff id                         -> since
///   groups.1     rest = pool 'g' id                          -> row of a state
///                     | pool 'n' parent name                 -> owner
///                     | pool 'm' group user id               -> since
///   counts.1     rest = 'p' pool                             -> counters: standard, jit users
///                     | 's' schema id                        -> counters: pools and users, 0
///                     | 'w' workspace                        -> counters: pools; clients, roles
///                                                               and organizations
///                     | 'x' pool                             -> counters: users in 0xff rows, 0
///                     | 'f' pool                             -> counters: users in 'I' rows, 0
///                     | 'g' pool                             -> counters: groups, sum of the
///                                                               positions they changed at last
///                     | 'm' group                            -> counters: members, subgroups
///   owner        = stream (16 bytes) since id
///   since        = position of the stream's first event (varint)
///
/// The row of a state is in projections/rows.h, that of a user in projections/user_row.h, counters
/// in engine/ports/views.h.
///
/// `pool` is the pool's stream, 16 bytes. `form` is the form in which the pool compared when it got
/// its first user: folded when it ignored case, else the value itself. Users of a pool that came to
/// ignore case later have 'I', 'A' and 'R' rows too; while they get them, or lose them again, the
/// pool has an 'F' row. `member` is the place of a payload member in the
/// pool's list of indexed members. A value is indexed only if it is short and holds no NUL; a user
/// whose member is another text, or a list, has a row without value instead: such users are
/// candidates for every value. `group` and `parent` are streams of groups, 16 bytes, all zero for
/// no parent. 0xfe rows are of all users in the order in which they came, standard ones and jit;
/// 0xff rows are of users with a value that does not fit its schema, 'U'
/// rows of schemas that the users they govern are not compared with yet, 'E' rows
/// of people whose erasure has not come to its end. 'W' rows are of
/// pools that belong to the workspace or are connected with it. Ids hold no NUL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/state/state.h"

namespace muster {

/// Longer values of indexed members are found by looking at the user. Names, mail addresses and
/// numbers of people are far below; a longer key would cost more than it finds.
inline constexpr std::size_t kIndexedValueBytesMax = 256;

/// Whether users with this value of an indexed member are found under the value.
inline bool is_indexed_value(std::string_view value) {
  return value.size() <= kIndexedValueBytesMax && value.find('\0') == std::string_view::npos;
}

std::string state_key(LogId log, Aggregate aggregate, std::string_view id);
std::string states_prefix(LogId log, Aggregate aggregate);
std::string pool_name_key(LogId log, std::string_view name);
std::string pool_names_prefix(LogId log);
std::string schema_name_key(LogId log, std::string_view name);
std::string schema_names_prefix(LogId log);
/// Pools of a workspace, by name and by id.
std::string workspace_pool_names_prefix(LogId log, std::string_view workspace_id);
std::string workspace_pool_ids_prefix(LogId log, std::string_view workspace_id);
std::string pool_users_key(LogId log, StreamId pool);
std::string pool_unfit_key(LogId log, StreamId pool);
std::string workspace_uses_key(LogId log, std::string_view workspace_id);
std::string pool_folded_count_key(LogId log, StreamId pool);
std::string unchecked_schemas_prefix(LogId log);
std::string foldings_prefix(LogId log);
std::string open_erasures_prefix(LogId log);
std::string pool_group_count_key(LogId log, StreamId pool);
std::string group_content_count_key(LogId log, StreamId group);
std::string schema_uses_key(LogId log, std::string_view schema_id);

/// Which rows of user_keys.1: those of every user, or those that hold folded forms beside them.
enum class KeyRows : bool { kOfEveryUser, kFolded };

/// Keys of one pool's users.
class PoolKeys {
 public:
  PoolKeys(LogId log, StreamId pool);

  [[nodiscard]] std::string user(std::string_view id) const { return with(id); }

  [[nodiscard]] const std::string& users_prefix() const { return prefix_; }

  /// As prefixes: all that begin with `form`.
  [[nodiscard]] std::string identifier(std::string_view form,
                                       KeyRows rows = KeyRows::kOfEveryUser) const {
    return with(rows == KeyRows::kFolded ? "I" : "i", form);
  }

  [[nodiscard]] std::string address(std::string_view form,
                                    KeyRows rows = KeyRows::kOfEveryUser) const {
    return with(rows == KeyRows::kFolded ? "A" : "a", form);
  }

  /// The row that finds the user by the end of `form`.
  [[nodiscard]] std::string from_end(std::string_view form,
                                     std::string_view id,
                                     KeyRows rows = KeyRows::kOfEveryUser) const;
  /// Prefix of the rows of all forms that end with `end`.
  [[nodiscard]] std::string from_end_prefix(std::string_view end,
                                            KeyRows rows = KeyRows::kOfEveryUser) const;
  /// Prefix of the rows of users whose member is `value`; an id follows.
  [[nodiscard]] std::string indexed_prefix(std::size_t member, std::string_view value) const;
  /// Prefix of the rows of users whose member is not indexed by its value; an id follows.
  [[nodiscard]] std::string unindexed_prefix(std::size_t member) const;

  /// As a prefix: of the ids of all users that do not fit.
  [[nodiscard]] std::string unfit(std::string_view id) const { return with("\xff", id); }

  /// The row of the user who came at that position, and the prefix of all such rows.
  [[nodiscard]] std::string arrival(Position first) const;
  [[nodiscard]] std::string arrivals_prefix() const;

  [[nodiscard]] std::string group(std::string_view id) const { return with("g", id); }

  /// As prefixes: of the names of all groups below `parent`, and of the ids of all members.
  [[nodiscard]] std::string group_name(StreamId parent, std::string_view name) const;
  [[nodiscard]] std::string member(StreamId group, std::string_view user_id) const;

 private:
  [[nodiscard]] std::string with(std::string_view first, std::string_view second = {}) const;

  std::string prefix_;
};

/// The id in a key of users.1.
std::string_view id_in_user_key(std::string_view key);
/// The id in a key of user_index.1 with 0xff.
std::string_view id_in_unfit_key(std::string_view key);
/// The id in a key of user_keys.1 with 'r'.
std::string_view id_in_from_end_key(std::string_view key);
/// The user's id, or the group's name, in a key of groups.1 with 'm' or 'n'.
std::string_view name_in_group_key(std::string_view key);

/// Whether it is a key of user_index.1 with 0xfe.
bool is_arrival_key(std::string_view key);

/// Values of unique names: whose it is.
std::string owner_value(const StreamHead& head, std::string_view id);
/// The id in such a value.
std::string_view id_in_owner(std::string_view value);
/// Values of rows that say whose they are in their keys.
std::string since_value(const StreamHead& head);
/// Values of the rows of arrivals.
std::string arrival_value(const StreamHead& head, bool jit, std::string_view id);

struct Arrival {
  Position first{};
  bool jit = false;
  std::string_view id;  // of the user; into the value
};

/// Nothing for a value of another shape.
std::optional<Arrival> parse_arrival(std::string_view value);

/// The bytes of a log id and of a stream at the beginning of keys.
inline constexpr std::size_t kLogBytes = 4;
inline constexpr std::size_t kStreamBytes = 16;

}  // namespace muster
