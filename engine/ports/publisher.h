/// Publisher: learns of groups that have become durable, in order, before their callers are
/// answered. Implemented by projections/, whose readers see a group from then on.
#pragma once

#include "engine/ports/group_log.h"

namespace muster {

class Publisher {
 public:
  Publisher() = default;
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  virtual ~Publisher() = default;

  /// `snapshot` shows the state after `group`. Committing thread; must not block.
  virtual void publish(const Group& group, GroupLog::Snapshot snapshot) = 0;
};

}  // namespace muster
