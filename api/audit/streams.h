/// Which stream a path names.
#pragma once

#include "api/directory/operation.h"

namespace muster {

/// {streamID}; kNotFound "stream_not_found" when the log has no such stream.
Result<StreamId> named_stream(const Context& context);

Result<StreamId> stream_of_pool(const Context& context);
Result<StreamId> stream_of_schema(const Context& context);
Result<StreamId> stream_of_group(const Context& context);
/// {userID}: the id of a user of the pool {ipID}, or the stream of one that was in it. So those who
/// were deleted or erased are found, too.
Result<StreamId> stream_of_user(const Context& context);

}  // namespace muster
