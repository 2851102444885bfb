#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/token_client.h"
#include "api/http/client.h"
#include "engine/core/bytes.h"
#include "engine/core/json.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{10};

int print_token(const std::string& path) {
  const auto client = read_client_file(path);
  if (!client) {
    return exit_with(client.error());
  }
  const auto token = fetch_token(*client);
  if (!token) {
    return exit_with(token.error());
  }
  std::printf("%s\n", token->c_str());
  return 0;
}

}  // namespace

Result<std::string> fetch_token(const ClientFile& client) {
  MUSTER_TRY(const ClientUrl url, parse_url(client.token_url));
  HttpClient http{url, kTimeout};
  ClientRequest request{"POST", url.path, {}, "grant_type=client_credentials"};
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.headers.emplace_back("Authorization",
                               "Basic " + to_base64(client.client_id + ":" + client.client_secret));
  MUSTER_TRY(const ClientResponse response, http.send(request));
  const auto document = parse_json(response.body);
  const auto token = document ? document->root().find("access_token") : std::nullopt;
  if (response.status != 200 || !token || !token->is_string()) {
    return failure(Errc::kUnauthorized,
                   "token_refused",
                   "the token endpoint answered " + std::to_string(response.status));
  }
  return std::string{token->as_string()};
}

void add_token(CLI::App& app, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand("token", "Print an access token of a client");
  const auto path = std::make_shared<std::string>();
  command->add_option("--client", *path, "Client file, as DATA/admin-client.json")->required();
  command->callback([path, &chosen] {
    chosen = [path] {
      return print_token(*path);
    };
  });
}

}  // namespace muster
