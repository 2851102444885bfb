/// The handlers behind the table in operations.cc.
#pragma once

#include "api/directory/operation.h"

namespace muster {

// epochs.cc
Result<Step> get_log_epochs(const Context& context);

// tiles.cc
Result<Step> get_checkpoint(const Context& context);
Result<Step> get_log_key(const Context& context);
Result<Step> get_tile(const Context& context);
Result<Step> get_entries(const Context& context);

// proofs.cc
Result<Step> get_proof(const Context& context);
Result<Step> prove_inclusion(const Context& context);
Result<Step> prove_consistency(const Context& context);

}  // namespace muster
