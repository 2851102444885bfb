#include "api/cli/offline.h"

#include <cstdlib>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "api/auth/tokens.h"
#include "api/cli/exit_codes.h"
#include "api/server/bootstrap.h"

namespace muster {
namespace {

/// Nobody waits for a tool to be back after a kill, and an import leaves the store less to compact
/// when it is flushed in larger tables.
constexpr std::size_t kWalBytesMax = std::size_t{512} * 1024 * 1024;

constexpr std::string_view kDefaultPublicUrl = "http://127.0.0.1:8080";

/// The URL in the file that every start of a server renews.
std::string last_public_url(const std::filesystem::path& data) {
  const auto client = read_client_file(data / "admin-client.json");
  const std::string path = Tokens::issuer({}, kDefaultTenant, kAdminWorkspace) + "/oauth2/token";
  return client && client->token_url.ends_with(path)
             ? client->token_url.substr(0, client->token_url.size() - path.size())
             : std::string{kDefaultPublicUrl};
}

}  // namespace

std::optional<std::string> master_key_variable() {
  const char* value = std::getenv("MUSTER_MASTER_KEY");
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>{value};
}

void add_offline_flags(CLI::App& command, OfflineFlags& flags) {
  flags.data = "./muster-data";
  command.add_option("--data", flags.data, "Data directory of a stopped server")
      ->envname("MUSTER_DATA")
      ->capture_default_str();
  command
      .add_option("--master-key-file",
                  flags.master_key_file,
                  "File with the master key; default: DATA/keys/master.key")
      ->envname("MUSTER_MASTER_KEY_FILE");
  command
      .add_option("--public-url",
                  flags.public_url,
                  "URL for client files; default: the one last served under")
      ->envname("MUSTER_PUBLIC_URL");
}

Result<std::unique_ptr<OfflineInstance>> OfflineInstance::open(const OfflineFlags& flags,
                                                               bool create) {
  auto offline = std::make_unique<OfflineInstance>();
  InstanceOptions options;
  options.directory.path = flags.data;
  options.directory.create = create;
  if (!flags.master_key_file.empty()) {
    options.directory.master_key_file = flags.master_key_file;
  } else {
    options.directory.master_key = master_key_variable();
  }
  options.directory.wal_bytes_max = kWalBytesMax;
  options.settings.public_url =
      flags.public_url.empty() ? last_public_url(flags.data) : flags.public_url;
  options.on_fatal = [](const Failure& fatal) {
    print_failure(fatal);
    _exit(static_cast<int>(ExitCode::kIo));
  };
  MUSTER_TRY(offline->instance_,
             Instance::open(std::move(options), offline->clock_, offline->entropy_));
  if (create) {
    MUSTER_CHECKED(bootstrap(offline->services(), flags.data));
  }
  return offline;
}

OfflineInstance::~OfflineInstance() {
  if (instance_) {
    (void)close();
  }
}

Result<void> OfflineInstance::close() {
  Result<void> closed = instance_->close();
  instance_.reset();
  return closed;
}

int run_offline(const OfflineFlags& flags,
                const std::function<Result<void>(OfflineInstance&)>& action) {
  auto offline = OfflineInstance::open(flags);
  if (!offline) {
    return exit_with(offline.error());
  }
  const auto done = action(**offline);
  const auto closed = (*offline)->close();
  if (!done) {
    return exit_with(done.error());
  }
  return closed ? 0 : exit_with(closed.error());
}

}  // namespace muster
