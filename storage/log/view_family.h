/// Where views lie in the store.
#pragma once

#include "engine/ports/views.h"
#include "storage/kv.h"

namespace muster {

Family family_of(View view);

}  // namespace muster
