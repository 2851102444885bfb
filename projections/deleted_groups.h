/// What is left of deleted groups, for the process that removes it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "projections/keys.h"
#include "projections/published.h"

namespace muster {

struct DeletedGroup {
  StreamId stream;
  StreamId pool;
};

/// A log's groups that are deleted but not yet empty.
Result<std::vector<DeletedGroup>> deleted_groups(const Kv& kv, const ReadPoint& point, LogId log);

struct GroupRemains {
  std::vector<std::string> users;      // ids of members
  std::vector<std::string> subgroups;  // ids of groups right below that are not deleted yet
  /// Whether nothing is left at all, deleted subgroups included.
  bool empty = false;
};

/// Up to `limit` of what is left of a deleted group.
Result<GroupRemains> remains_of_group(const Kv& kv,
                                      const ReadPoint& point,
                                      LogId log,
                                      const DeletedGroup& group,
                                      std::size_t limit);

}  // namespace muster
