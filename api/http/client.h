/// A blocking HTTP/1.1 client with one kept connection, for the command line. Not for servers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"

namespace muster {

struct ClientUrl {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::string path;  // with the query; begins with '/'
};

/// http and https URLs; kInvalid "invalid_url" otherwise.
Result<ClientUrl> parse_url(std::string_view url);

struct ClientRequest {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct ClientOptions {
  /// For each step.
  std::chrono::milliseconds timeout{30'000};
  std::size_t answer_bytes_max = std::size_t{64} * 1024 * 1024;
  std::string user_agent = "muster-cli";
  /// Whether an address, as text, may be connected to; nothing: any.
  std::function<bool(const std::string& address)> allows = {};
  /// Asked every tenth of a second while it waits; true ends the request.
  std::function<bool()> gives_up = {};
};

/// One thread. Connects when needed and again after the server closed.
class HttpClient {
 public:
  /// Waits at most `timeout` for each step. With TLS the certificate is checked against the
  /// system's authorities.
  HttpClient(ClientUrl url, std::chrono::milliseconds timeout);
  HttpClient(ClientUrl url, ClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// kForbidden "address_refused" when no address of the host is allowed; kUnavailable
  /// "connection_failed" when there was no answer; whether the request was carried out
  /// is then unknown.
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  class Connection;

  ClientUrl url_;
  ClientOptions options_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace muster
