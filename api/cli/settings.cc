#include "api/cli/settings.h"

#include <array>
#include <charconv>
#include <variant>

#include <CLI/CLI.hpp>
#include <toml++/toml.h>

namespace muster {
namespace {

using Target = std::
    variant<std::string ServeSettings::*, std::uint32_t ServeSettings::*, bool ServeSettings::*>;

/// One setting: `name` is its key in the file; the flag is `--name` with dashes and the variable
/// MUSTER_NAME.
struct Setting {
  const char* name;
  Target target;
  const char* help;
};

constexpr std::array kSettings{
    Setting{"data", &ServeSettings::data, "Data directory; made when it is not there"},
    Setting{"listen", &ServeSettings::listen, "Address of the API; port 0 picks one and prints it"},
    Setting{"management",
            &ServeSettings::management,
            "Address of /health and /metrics; keep it private"},
    Setting{"public_url",
            &ServeSettings::public_url,
            "URL under which clients reach the API; begins token issuers"},
    Setting{"tls_cert", &ServeSettings::tls_cert, "Certificate chain, PEM; turns TLS on"},
    Setting{"tls_key", &ServeSettings::tls_key, "Private key of the certificate, PEM"},
    Setting{"master_key_file",
            &ServeSettings::master_key_file,
            "File with the master key; default: DATA/keys/master.key, made at the first start"},
    Setting{"backup_directory",
            &ServeSettings::backup_directory,
            "Backups of the running server go directly below it; default: none are taken"},
    Setting{"backup_keys_directory",
            &ServeSettings::backup_keys_directory,
            "Keys of backups go directly below it, apart from the data"},
    Setting{"scrub_mib_per_second",
            &ServeSettings::scrub_mib_per_second,
            "How fast stored bytes are checked in the background, MiB; 0: not at all"},
    Setting{"scrub_every_minutes",
            &ServeSettings::scrub_every_minutes,
            "How often everything is checked, if that is not slower"},
    Setting{"log_level", &ServeSettings::log_level, "debug, info, warn or error"},
    Setting{"log_format", &ServeSettings::log_format, "text or json"},
    Setting{"threads", &ServeSettings::threads, "Threads that serve requests; 0: one per core"},
    Setting{"hashing_threads",
            &ServeSettings::hashing_threads,
            "Threads that hash passwords; 0: one per core"},
    Setting{"block_cache_mib", &ServeSettings::block_cache_mib, "Memory for stored blocks, MiB"},
    Setting{"document_cache_mib",
            &ServeSettings::document_cache_mib,
            "Memory for users that are read often, MiB"},
    Setting{"reads_per_second",
            &ServeSettings::reads_per_second,
            "Reads that one client may send; 0: no limit"},
    Setting{"reads_burst", &ServeSettings::reads_burst, "Reads that it may send at once"},
    Setting{"writes_per_second",
            &ServeSettings::writes_per_second,
            "Writes and password checks that one client may send; 0: no limit"},
    Setting{"writes_burst", &ServeSettings::writes_burst, "Writes that it may send at once"},
    Setting{"failures_per_second",
            &ServeSettings::failures_per_second,
            "Wrong tokens and secrets that one address may send; 0: no limit"},
    Setting{"failures_burst", &ServeSettings::failures_burst, "How many of them at once"},
    Setting{"relaxed_pool_names",
            &ServeSettings::relaxed_pool_names,
            "Pool names may also have spaces, '-' and '_'"},
    Setting{"feed_consumers",
            &ServeSettings::feed_consumers,
            "Consumers that may follow logs at once"},
    Setting{"webhooks_allow_private",
            &ServeSettings::webhooks_allow_private,
            "Webhooks may be http, and at addresses of this machine or its network"},
};

std::string with_dashes(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string as_variable(std::string name) {
  std::ranges::transform(name, name.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return "MUSTER_" + name;
}

Failure invalid(const std::filesystem::path& path,
                const toml::source_region& at,
                std::string_view what) {
  return failure(Errc::kInvalid,
                 "invalid_settings",
                 path.string() + ":" + std::to_string(at.begin.line) + ": " + std::string{what});
}

/// False when the value has another type than the setting.
bool assign(const toml::node& value, const Target& target, ServeSettings& settings) {
  if (const auto* text = std::get_if<std::string ServeSettings::*>(&target)) {
    const auto given = value.value_exact<std::string>();
    settings.*(*text) = given.value_or(std::string{});
    return given.has_value();
  }
  if (const auto* number = std::get_if<std::uint32_t ServeSettings::*>(&target)) {
    const auto given = value.value_exact<std::int64_t>();
    const bool fits = given && *given >= 0 && *given <= 0x7FFF'FFFF;
    settings.*(*number) = fits ? static_cast<std::uint32_t>(*given) : 0;
    return fits;
  }
  const auto given = value.value_exact<bool>();
  settings.*std::get<bool ServeSettings::*>(target) = given.value_or(false);
  return given.has_value();
}

}  // namespace

void add_serve_flags(CLI::App& app, ServeSettings& settings) {
  for (const Setting& setting : kSettings) {
    const std::string flag = "--" + with_dashes(setting.name);
    std::visit(
        [&](auto member) {
          app.add_option(flag, settings.*member, setting.help)
              ->envname(as_variable(setting.name))
              ->capture_default_str();
        },
        setting.target);
  }
}

Result<void> read_settings_file(const std::filesystem::path& path, ServeSettings& settings) {
  toml::table table;
  try {
    table = toml::parse_file(path.string());
  } catch (const toml::parse_error& error) {
    return invalid(path, error.source(), error.description());
  }
  for (const auto& [key, value] : table) {
    const auto known = std::ranges::find_if(
        kSettings, [name = key.str()](const Setting& setting) { return name == setting.name; });
    if (known == kSettings.end()) {
      return invalid(path, value.source(), "unknown key '" + std::string{key.str()} + "'");
    }
    if (!assign(value, known->target, settings)) {
      return invalid(path, value.source(), "'" + std::string{key.str()} + "' has a wrong type");
    }
  }
  return {};
}

Result<HostAndPort> parse_host_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  HostAndPort parsed;
  bool ok = colon != std::string::npos && colon > 0;
  if (ok) {
    parsed.host = text.substr(0, colon);
    if (parsed.host.front() == '[' && parsed.host.back() == ']') {
      parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
    }
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, parsed.port);
    ok = error == std::errc{} && stopped == end && begin != end && !parsed.host.empty();
  }
  if (!ok) {
    return failure(Errc::kInvalid,
                   "invalid_settings",
                   "'" + text + "' is not ADDRESS:PORT, as 127.0.0.1:8080");
  }
  return parsed;
}

}  // namespace muster
