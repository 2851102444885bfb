/// Rows of users that were read lately, so that hot users cost no look-up in the store.
///
/// A row in the cache is known to hold from some group on, and is given out only to readers at or
/// after that group. Publication replaces it before the first reader of the next group can ask, so
/// what the cache answers is exactly what the store would have answered at the same group.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/ports/group_log.h"

namespace muster {

/// Any thread, except that apply() belongs to the committing thread.
class DocumentCache {
 public:
  using Row = std::shared_ptr<const std::string>;

  /// Holds at most about `bytes_max` of keys and rows.
  explicit DocumentCache(std::size_t bytes_max);

  /// The row under a key of users.1 as it is at `group`; null when the cache does not know.
  [[nodiscard]] Row find(std::string_view key, std::uint64_t group);
  /// Offers a row read from the store at `group`. Declined when a newer group may have changed it.
  void insert(std::string_view key, Row row, std::uint64_t group);
  /// Takes over what a group changed. Must return before the group becomes visible to readers.
  void apply(const Group& group);

  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Hash {
    using is_transparent = void;

    std::size_t operator()(std::string_view key) const noexcept {
      return std::hash<std::string_view>{}(key);
    }
  };

  struct Entry {
    Row row;
    std::uint64_t since = 0;  // the row holds from this group on
    std::size_t place = 0;    // in `ring`
    bool used = false;        // since the hand last passed
  };

  using Entries = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;
  using Node = Entries::value_type;

  // Aligned, so that threads at different shards do not disturb each other.
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    Entries entries;
    /// The entries in no particular order, for the clock: the hand goes round and drops the first
    /// entry that nobody used since it last came by.
    std::vector<Node*> ring;
    std::size_t hand = 0;
    std::size_t bytes = 0;
    std::uint64_t changed = 0;  // newest group that touched a user of this shard
  };

  // Many more than threads, so that two rarely want the same one.
  static constexpr std::size_t kShards = 64;

  Shard& shard_of(std::string_view key);
  static std::size_t cost(const Node& node);
  static void drop(Shard& shard, Entries::iterator entry);
  void make_room(Shard& shard) const;

  std::size_t shard_bytes_max_;
  std::array<Shard, kShards> shards_;
};

}  // namespace muster
