/// Who was erased, and whose erasure has not come to its end.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/core/result.h"
#include "engine/state/user.h"
#include "projections/keys.h"
#include "projections/published.h"

namespace muster {

/// The streams of up to `limit` people whose erasure is not certified yet.
Result<std::vector<StreamId>> open_erasures(const Kv& kv,
                                            const ReadPoint& point,
                                            LogId log,
                                            std::size_t limit);

/// What is left of a person who was erased; nothing when there is no such person.
Result<std::optional<UserState>> find_erasure(const Kv& kv,
                                              const ReadPoint& point,
                                              LogId log,
                                              StreamId person);

/// People who were erased, in the order of their streams, which is that of their creation: up to
/// `limit` behind `after`.
Result<std::vector<UserState>> list_erasures(const Kv& kv,
                                             const ReadPoint& point,
                                             LogId log,
                                             std::optional<StreamId> after,
                                             std::size_t limit);

}  // namespace muster
