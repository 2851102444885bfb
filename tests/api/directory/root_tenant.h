/// The tenant `system`, whose clients may ask for any tenant's configuration.
#pragma once

#include <string>

#include "tests/api/directory/stack.h"

namespace muster::test {

/// An access token of that tenant's workspace; the tenant is made at the first call for a stack.
std::string root_token(Stack& stack, std::string_view workspace = kSystemWorkspace);

}  // namespace muster::test
