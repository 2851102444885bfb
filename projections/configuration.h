/// The configuration of a tenant as one document (contract 3.11): pools, schemas, users with their
/// parts, groups and their members, read in bounded memory whatever there is.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/result.h"
#include "engine/ports/views.h"
#include "engine/sequencer/command.h"
#include "projections/published.h"

namespace muster {

/// The arrays of the document, in their order.
enum class DumpList : std::uint8_t {
  kWorkspaces,
  kPools,
  kSchemas,
  kUsers,
  kIdentifiers,
  kAddresses,
  kCredentials,
  kCodes,
  kGroups,
  kMembers,
};

inline constexpr std::array<std::string_view, 10> kDumpListNames{"workspaces",
                                                                 "pools",
                                                                 "schemas",
                                                                 "users",
                                                                 "user_identifiers",
                                                                 "user_verifiable_addresses",
                                                                 "user_credentials",
                                                                 "codes",
                                                                 "groups",
                                                                 "group_members"};

constexpr std::string_view name_of(DumpList list) {
  return kDumpListNames[static_cast<std::size_t>(list)];
}

/// What one step of a walk gives: entries of one array.
struct DumpStep {
  DumpList list{};
  std::vector<std::string> entries;
  bool last = false;  // there are no more, of any array
};

/// Walks over everything that the document shows, array by array. Users are walked once for each
/// array they have something in, so that nothing of them is kept. One thread at a time.
class DumpWalk {
 public:
  /// A step ends beyond either; a user may be larger.
  static constexpr std::size_t kStepBytesMax = std::size_t{64} * 1024;
  static constexpr std::size_t kStepRowsMax = 1000;

  DumpWalk(const Kv& kv, std::shared_ptr<const ReadPoint> point, LogId log, std::string tenant_id)
      : kv_{kv}, point_{std::move(point)}, log_{log}, tenant_id_{std::move(tenant_id)} {}

  /// Takes milliseconds. Not after the last.
  Result<DumpStep> next();

 private:
  /// Rows of the present step, bounded.
  struct Budget;

  Result<bool> walk_states(Aggregate aggregate, Budget& budget);
  Result<bool> walk_pools(Budget& budget);
  Result<bool> walk_pool(Budget& budget);
  Result<void> add_state(std::string_view row, Budget& budget) const;
  Result<void> add_user(std::string_view row, Budget& budget);
  Result<void> add_group(std::string_view row, Budget& budget);
  Result<std::string> path_of(const GroupState& group);
  Result<std::string> find_path(StreamId group, std::string_view id);

  const Kv& kv_;
  std::shared_ptr<const ReadPoint> point_;
  LogId log_;
  std::string tenant_id_;
  DumpList list_ = DumpList::kWorkspaces;
  std::string states_cursor_;  // the last key of states.1 that was looked at
  std::optional<PoolState> pool_;
  std::string pool_cursor_;  // the last key of a user or group that was looked at
  /// Paths of groups of the present pool; empty: not visible.
  std::unordered_map<StreamId, std::string> paths_;
};

/// Any thread.
class Configuration {
 public:
  /// Both outlive this object.
  Configuration(const Kv& kv, const Views& views) : kv_{kv}, views_{views} {}

  [[nodiscard]] std::unique_ptr<DumpWalk> walk(std::shared_ptr<const ReadPoint> point,
                                               LogId log,
                                               std::string tenant_id) const;
  [[nodiscard]] std::unique_ptr<StateReader> states(std::shared_ptr<const ReadPoint> point) const;

 private:
  const Kv& kv_;
  const Views& views_;
};

}  // namespace muster
