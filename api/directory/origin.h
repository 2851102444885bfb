/// From a request and what its handler prepared to a command: origin, precondition, idempotency.
#pragma once

#include "api/directory/operation.h"
#include "engine/sequencer/idempotency.h"

namespace muster {

/// Contract 1.7: X-Idempotency-Key (or Idempotency-Key) on POST.
bool has_idempotency_key(const Request& request);

/// kInvalidSyntax "invalid_idempotency_key" for one that is not 32 to 255 characters of ASCII.
Result<void> check_idempotency_key(const Request& request);

/// Of a request that has a key, which was checked.
Result<IdempotencyKey> make_idempotency(const Services& services,
                                        const Request& request,
                                        const Caller& caller);

Result<Command> make_command(const Services& services,
                             const Request& request,
                             const Caller& caller,
                             const Prepared& prepared);

/// A command that only records a refusal under the request's idempotency key.
Prepared refusal(Failure failure);

}  // namespace muster
