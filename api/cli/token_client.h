/// Access tokens for the command line, from a client file.
#pragma once

#include <string>

#include "api/server/bootstrap.h"

namespace muster {

/// Reads what write_client_file() wrote.
Result<ClientFile> read_client_file(const std::string& path);

/// Asks the token endpoint in the file for an access token.
Result<std::string> fetch_token(const ClientFile& client);

}  // namespace muster
