/// Settings of `muster serve`: a TOML file, overridden by MUSTER_... variables, overridden by
/// flags.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/result.h"

namespace CLI {
class App;
}

namespace muster {

struct ServeSettings {
  std::string data = "./muster-data";
  std::string listen = "127.0.0.1:8080";
  std::string management = "127.0.0.1:9090";
  std::string public_url;  // empty: derived from `listen`
  std::string tls_cert;
  std::string tls_key;
  std::string master_key_file;
  std::string backup_directory;       // empty: no backups of a running server
  std::string backup_keys_directory;  // the same
  std::string log_level = "info";
  std::string log_format = "text";
  std::uint32_t threads = 0;          // 0: one per core
  std::uint32_t hashing_threads = 0;  // 0: one per core
  std::uint32_t block_cache_mib = 64;
  std::uint32_t document_cache_mib = 64;
  std::uint32_t reads_per_second = 5'000;  // of one client; 0: no limit
  std::uint32_t reads_burst = 10'000;
  std::uint32_t writes_per_second = 1'000;  // of one client; 0: no limit
  std::uint32_t writes_burst = 5'000;
  std::uint32_t failures_per_second = 5;  // of one address; 0: no limit
  std::uint32_t failures_burst = 100;
  std::uint32_t scrub_mib_per_second = 2;  // 0: no scrub
  std::uint32_t scrub_every_minutes = 60;  // a pass begins
  bool relaxed_pool_names = false;
  std::uint32_t feed_consumers = 1'024;
  bool webhooks_allow_private = false;
};

/// Adds the flags of every setting to `app`, with their MUSTER_... variables. Values that the file
/// gave must already be in `settings`.
void add_serve_flags(CLI::App& app, ServeSettings& settings);

/// Reads a TOML file into `settings`. kInvalid "invalid_settings" names the line for a syntax
/// error, an unknown key or a wrong type.
Result<void> read_settings_file(const std::filesystem::path& path, ServeSettings& settings);

/// `host:port`, `[v6]:port`; kInvalid otherwise.
struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};

Result<HostAndPort> parse_host_and_port(const std::string& text);

}  // namespace muster
