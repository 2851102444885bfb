/// Every bound of the HTTP server, each with its reason. Tests make them small.
#pragma once

#include <chrono>
#include <cstddef>

namespace muster {

struct HttpBounds {
  /// Request line and fields. Tokens are the largest thing in them and stay below 8 KiB.
  std::size_t header_bytes = 16U * 1024;
  /// Fields in a request. Browsers behind proxies send about forty.
  std::size_t header_fields = 128;
  /// A body, chunks decoded. A user is a kilobyte; the largest JSON Schema seen is 200 KiB. Routes
  /// may have their own (import: 16 MiB, a configuration of a tenant with its schemas).
  std::size_t body_bytes = 1024U * 1024;
  /// Open connections of a server. At about 8 KiB each, 80 MiB when all are idle.
  std::size_t connections = 10'000;
  /// Connections over the bound that are told so with 503 at one time; more are just closed.
  std::size_t refusals = 64;
  /// Requests a pipelining client gets answered before the thread turns to the other connections.
  std::size_t pipelined_turn = 16;
  /// Without a request on the connection. Load balancers keep theirs for up to 60 s.
  std::chrono::milliseconds idle{60'000};
  /// From the first byte of a request to its answer, a slowly sent body included.
  std::chrono::milliseconds request{30'000};
  /// For the next piece of a streamed answer to be made. A piece is 64 KiB.
  std::chrono::milliseconds piece{30'000};
  /// For a client to take an answer, or a piece of a streamed one.
  std::chrono::milliseconds write{30'000};
  /// For a streamed answer in all. It holds a snapshot, and with it old rows on the disk; a million
  /// users are some 30 s.
  std::chrono::milliseconds stream{3'600'000};
  /// For the TLS handshake.
  std::chrono::milliseconds handshake{10'000};
  /// For a client to read a refusal that was sent before it had sent all of its request. Closing at
  /// once would reset the connection and lose the answer on its way.
  std::chrono::milliseconds linger{2'000};
  /// For requests in flight once the server stops; systemd kills after 90 s.
  std::chrono::milliseconds drain{20'000};
  /// Between attempts to accept when the process is out of file descriptors.
  std::chrono::milliseconds accept_pause{100};
};

/// The body bound of routes that take a whole configuration.
inline constexpr std::size_t kImportBodyBytes = 16U * 1024 * 1024;

}  // namespace muster
