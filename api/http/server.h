/// An HTTP/1.1 server on one address. Each of its threads has an io_context, an accept socket
/// (SO_REUSEPORT) and the connections it accepted; nothing is shared between them on the way of a
/// request but the router.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/http/bounds.h"
#include "api/http/request.h"
#include "api/http/response.h"
#include "api/http/router.h"
#include "engine/core/result.h"

namespace muster {

/// PEM files.
struct TlsFiles {
  std::string certificate_chain;
  std::string private_key;
};

/// One answered request, for metrics and the access log.
struct Exchanged {
  const Request& request;
  /// Null when the request was refused before a route was found.
  const Route* route;
  int status;
  std::size_t response_body_bytes;
  /// From the first byte of the request to the answer being handed to the socket.
  std::chrono::nanoseconds took;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  /// 0: the system chooses; see Server::port().
  std::uint16_t port = 0;
  std::size_t threads = 1;
  HttpBounds bounds;
  /// Nothing: plain HTTP.
  std::optional<TlsFiles> tls;
  /// These two are called on the connections' threads, several at once; must be quick and not throw.
  /// Sees every answer before it goes out, those of HTTP itself included, and may add fields.
  std::function<void(const Request&, Response&)> finish;
  std::function<void(const Exchanged&)> observer;
};

/// Sums over all threads since the start, except `connections`.
struct HttpCounters {
  std::uint64_t connections = 0;  // open now
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // over the connection bound
  std::uint64_t accept_errors = 0;
  std::uint64_t malformed = 0;  // refused by the parser
  std::uint64_t timeouts = 0;   // connections closed or requests refused for slowness
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  /// By status class: [2] is 2xx. [0] is not used.
  std::array<std::uint64_t, 6> answers{};
};

class Server {
 public:
  /// `router` must outlive the server and not change once it started.
  Server(ServerOptions options, const Router& router);
  /// Stops without draining.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds, reads the certificates and starts the threads. Nothing runs after a failure.
  Result<> start();
  /// Stops accepting, closes idle connections, lets requests in flight finish for up to `drain`
  /// (their answers close the connection), then closes what is left. Returns when the threads have
  /// ended. A second call does nothing. Replies that come later are dropped.
  void stop(std::chrono::milliseconds drain);
  /// With the drain time of the bounds.
  void stop();

  /// The bound port. After start().
  [[nodiscard]] std::uint16_t port() const;

  /// Reads the certificate files again for connections from now on; open ones keep theirs. On a
  /// failure the old ones stay. From any thread; does nothing without TLS.
  Result<> reload_certificates();

  /// From any thread.
  [[nodiscard]] HttpCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
