/// A data directory with a real `muster serve` on it, started and ended as often as a test likes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/process.h"
#include "tests/api/http/raw_client.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {

struct ToSend {
  std::string method = "GET";
  std::string path;
  std::string body;
  std::string more_header;  // whole lines, each with its CRLF
};

/// One connection with an access token.
class Connection {
 public:
  Connection(std::uint16_t port, std::string token) : client_{port}, token_{std::move(token)} {}

  /// Status 0: the server went away before it had answered. Throws when request and answer
  /// contradict the OpenAPI document that the server itself gives out.
  RawAnswer call(const ToSend& request);

  [[nodiscard]] std::string text(const ToSend& request) const;

  RawClient& raw() { return client_; }

 private:
  RawClient client_;
  std::string token_;
};

class ServedDirectory {
 public:
  ServedDirectory();

  /// Starts a server and waits until it serves; with more flags.
  void start(const std::vector<std::string>& flags = {});
  /// kill -9.
  void kill();
  /// SIGTERM; the exit status.
  int stop();

  /// Starts a server that is expected to end by itself; its exit status.
  int start_in_vain(const std::vector<std::string>& flags = {});

  /// For the workspace "admin" or "system".
  Connection connect(const std::string& workspace = "system");

  RawAnswer call(const ToSend& request, const std::string& workspace = "system") {
    return connect(workspace).call(request);
  }

  std::string token(const std::string& workspace);
  void create_pool(const std::string& id);

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::uint16_t management_port() const { return management_port_; }

  [[nodiscard]] std::filesystem::path data() const { return scratch_.path() / "data"; }

  [[nodiscard]] std::filesystem::path scratch() const { return scratch_.path(); }

  /// Put before the command line of servers that start from now on.
  std::vector<std::string> prefix;

  /// What all servers so far have printed.
  [[nodiscard]] std::string output() const;

 private:
  std::filesystem::path next_log();
  [[nodiscard]] std::vector<std::string> arguments(const std::vector<std::string>& flags) const;

  ScratchDirectory scratch_;
  std::optional<ChildProcess> process_;
  std::uint16_t port_ = 0;
  std::uint16_t management_port_ = 0;
  int logs_ = 0;
};

inline constexpr const char* kUsers = "/api/identity/default/system/pools/people/users";

/// The request that creates a user called `name`.
ToSend create_user(const std::string& name, const std::string& idempotency_key = "");

/// The value of a top-level text member.
std::string member(const std::string& json, const std::string& name);
/// The value of a top-level number.
std::uint64_t number(const std::string& json, const std::string& name);

std::string read_text(const std::filesystem::path& path);

/// Runs a program to its end; its exit status, and in `output` what it printed.
int run(const std::vector<std::string>& arguments,
        const std::filesystem::path& log,
        std::string* output = nullptr);

}  // namespace muster::test
