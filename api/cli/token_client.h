/// Access tokens for the command line, from a client file.
#pragma once

#include <string>

#include "api/server/bootstrap.h"

namespace muster {

/// Asks the token endpoint in the file for an access token.
Result<std::string> fetch_token(const ClientFile& client);

}  // namespace muster
