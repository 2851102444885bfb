/// The first start: a sequence of ordinary commands that makes an empty directory usable.
#pragma once

#include <filesystem>
#include <string>

#include "api/server/services.h"

namespace muster {

inline constexpr std::string_view kDefaultTenant = "default";
inline constexpr LogId kFirstTenantLog{1};

/// A client's credentials as they are handed to whoever may use them.
struct ClientFile {
  std::string client_id;
  std::string client_secret;
  std::string token_url;
};

/// JSON with the three members, mode 0600, replaced atomically.
Result<void> write_client_file(const std::filesystem::path& path, const ClientFile& client);

/// Reads what write_client_file() wrote; kInvalid "invalid_client_file" for anything else.
Result<ClientFile> read_client_file(const std::filesystem::path& path);

struct NewTenant {
  std::string id;
  std::string name;  // empty: the id
};

/// Makes a tenant as bootstrap() makes `default`, as far as it is not there. Its client files are
/// DIR/<id>-admin-client.json and DIR/<id>-system-client.json. One at a time.
Result<void> found_tenant(const Services& services,
                          const std::filesystem::path& directory,
                          const NewTenant& tenant);

/// Makes what is missing of: tenant `default`, its workspaces `admin`, `system` and `default`, the
/// two system schemas, a signing key, and one client each for `admin` and `system`, whose
/// credentials go to DIR/admin-client.json and DIR/system-client.json. A start that was interrupted
/// goes on where it stopped; a finished one changes nothing in the log. Client files that are still
/// in the directory get the present token_url: the address may be another than at the last start.
/// The same for the other tenants that there are.
Result<void> bootstrap(const Services& services, const std::filesystem::path& directory);

}  // namespace muster
