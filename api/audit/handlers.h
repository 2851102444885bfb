/// The handlers behind the table in operations.cc.
#pragma once

#include "api/directory/operation.h"

namespace muster {

// events.cc
Result<Step> audit_events(const Context& context);
Result<Step> stream_history(const Context& context);
Result<Step> pool_history(const Context& context);
Result<Step> schema_events(const Context& context);
Result<Step> group_history(const Context& context);
Result<Step> user_history(const Context& context);

// feed.cc
Result<Step> audit_feed(const Context& context);

// blame.cc
Result<Step> stream_blame(const Context& context);
Result<Step> pool_blame(const Context& context);
Result<Step> schema_blame(const Context& context);
Result<Step> group_blame(const Context& context);
Result<Step> user_blame(const Context& context);

// diff.cc
Result<Step> audit_diff(const Context& context);
Result<Step> user_diff(const Context& context);

// erasures.cc
Result<Step> list_of_erasures(const Context& context);
Result<Step> erasure_of_stream(const Context& context);

}  // namespace muster
