#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/config_text.h"
#include "api/cli/exit_codes.h"
#include "api/cli/output.h"
#include "api/cli/token_client.h"
#include "api/http/client.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{120};
constexpr std::size_t kFileBytesMax = std::size_t{1024} * 1024 * 1024;

struct ConfigFlags {
  std::string url;
  std::string client_file;
  std::string tenant = "default";
  std::string file;
  bool without_users = false;
  OutputFormat output{};

  [[nodiscard]] ConfigExtent extent() const {
    return without_users ? ConfigExtent::kWithoutUsers : ConfigExtent::kEverything;
  }
};

/// The configuration of a tenant on a running server.
class RemoteConfig {
 public:
  static Result<RemoteConfig> open(const ConfigFlags& flags) {
    MUSTER_TRY(ClientUrl url, parse_url(flags.url));
    MUSTER_TRY(const ClientFile client, read_client_file(flags.client_file));
    MUSTER_TRY(std::string token, fetch_token(client));
    return RemoteConfig{
        std::move(url), std::move(token), "/api/identity/" + flags.tenant + "/configuration"};
  }

  Result<JsonDocument> read() {
    MUSTER_TRY(const ClientResponse response, send("GET", {}));
    return parse_json(response.body);
  }

  Result<void> write(const std::string& body) {
    MUSTER_CHECKED(send("PUT", body));
    return {};
  }

 private:
  RemoteConfig(ClientUrl url, std::string token, std::string path)
      : http_{std::make_unique<HttpClient>(std::move(url), kTimeout)},
        token_{std::move(token)},
        path_{std::move(path)} {}

  Result<ClientResponse> send(std::string method, std::string body) {
    ClientRequest request{std::move(method), path_, {}, std::move(body)};
    request.headers.emplace_back("Authorization", "Bearer " + token_);
    if (!request.body.empty()) {
      request.headers.emplace_back("Content-Type", "application/json");
    }
    MUSTER_TRY(ClientResponse response, http_->send(request));
    if (response.status >= 300) {
      return refused(response);
    }
    return response;
  }

  /// What the server said, as a failure of ours; exit_codes.cc makes codes of it.
  static Failure refused(const ClientResponse& response) {
    const int status = response.status;
    const Errc code = status == 401 || status == 403   ? Errc::kForbidden
                      : status == 429 || status == 503 ? Errc::kUnavailable
                      : status >= 500                  ? Errc::kIo
                                                       : Errc::kNotFound;
    Failure refusal =
        failure(code, "server_refused", "the server answered " + std::to_string(response.status));
    const auto document = parse_json(response.body);
    if (!document) {
      return refusal;
    }
    const auto text = [](JsonValue object, std::string_view name) {
      const auto member = object.find_set(name);
      return std::string{member ? member->text().value_or(std::string_view{}) : std::string_view{}};
    };
    refusal.rule = text(document->root(), "error_code");
    if (const auto details = document->root().find_set("details")) {
      refusal.reason += ": " + text(*details, "reason");
      if (const auto faults = details->find_set("faults")) {
        for (const JsonValue fault : faults->elements()) {
          refusal.faults.push_back(
              {text(fault, "pointer"), text(fault, "rule"), text(fault, "reason")});
        }
      }
    }
    return refusal;
  }

  std::unique_ptr<HttpClient> http_;
  std::string token_;
  std::string path_;
};

Result<JsonDocument> read_config_file(const std::string& path) {
  MUSTER_TRY(const std::string text, read_file(path, kFileBytesMax));
  auto parsed = parse_json(text);
  if (!parsed) {
    Failure refused = std::move(parsed).error();
    refused.reason = path + ": " + refused.reason;
    return refused;
  }
  JsonDocument document = *std::move(parsed);
  if (!document.root().is_object()) {
    return failure(Errc::kInvalid, "invalid_file", path + " holds no configuration");
  }
  MUSTER_CHECKED(check_config(document.root()));
  return document;
}

Result<int> export_config(const ConfigFlags& flags) {
  MUSTER_TRY(RemoteConfig remote, RemoteConfig::open(flags));
  MUSTER_TRY(const JsonDocument document, remote.read());
  const std::string text = config_text(document.root(), flags.extent());
  if (flags.file.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  // Readable by its owner only: it holds password hashes.
  MUSTER_CHECKED(write_file_atomically(flags.file, text));
  return 0;
}

Result<int> import_config(const ConfigFlags& flags) {
  MUSTER_TRY(const JsonDocument file, read_config_file(flags.file));
  MUSTER_TRY(RemoteConfig remote, RemoteConfig::open(flags));
  for (const std::string& body : config_requests(file.root(), flags.extent())) {
    MUSTER_CHECKED(remote.write(body));
  }
  return 0;
}

Result<int> diff_config(const ConfigFlags& flags) {
  MUSTER_TRY(const JsonDocument file, read_config_file(flags.file));
  MUSTER_TRY(RemoteConfig remote, RemoteConfig::open(flags));
  MUSTER_TRY(const JsonDocument server, remote.read());
  const auto changes = config_changes(server.root(), file.root(), flags.extent());
  std::vector<std::vector<std::string>> rows;
  rows.reserve(changes.size());
  for (const ConfigChange& change : changes) {
    rows.push_back({std::string{change.what}, std::string{change.list}, change.id, change.members});
  }
  print_rows(flags.output, {"import", "list", "id", "members"}, rows);
  const bool settled = std::ranges::all_of(
      changes, [](const ConfigChange& change) { return change.what == "keep"; });
  return settled ? 0 : static_cast<int>(ExitCode::kRefused);
}

using RunConfig = Result<int> (*)(const ConfigFlags&);

void add_verb(CLI::App& parent,
              const std::string& name,
              const std::string& help,
              RunConfig run,
              RunCommand& chosen) {
  const auto flags = std::make_shared<ConfigFlags>();
  CLI::App* command = parent.add_subcommand(name, help);
  command->add_option("--url", flags->url, "The server, as http://127.0.0.1:8080")->required();
  command->add_option("--client", flags->client_file, "Client file of the workspace 'system'")
      ->required();
  command->add_option("--tenant", flags->tenant, "Tenant")->capture_default_str();
  command->add_flag("--without-users", flags->without_users, "Only pools, schemas and groups");
  if (run == export_config) {
    command->add_option("file", flags->file, "Where it goes; default: standard output");
  } else {
    command->add_option("file", flags->file, "The configuration, as JSON")
        ->required()
        ->check(CLI::ExistingFile);
  }
  if (run == diff_config) {
    add_output_flag(*command, flags->output);
  }
  command->callback([flags, run, &chosen] {
    chosen = [flags, run] {
      const auto code = run(*flags);
      return code ? *code : exit_with(code.error());
    };
  });
}

}  // namespace

void add_config(CLI::App& app, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand(
      "config", "The configuration of a running server as a file, for version control");
  command->require_subcommand(1);
  add_verb(*command, "export", "Write the configuration, sorted", export_config, chosen);
  add_verb(*command, "import", "Make the server hold every entry of a file", import_config, chosen);
  add_verb(*command,
           "diff",
           "Show what an import of a file would change; exit code 1 if it would change anything",
           diff_config,
           chosen);
}

}  // namespace muster
