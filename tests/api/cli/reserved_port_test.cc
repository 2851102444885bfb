#include "api/cli/reserved_port.h"

#include <array>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

/// A socket that listens on 127.0.0.1, and lets others share its port.
int listen_shared(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  REQUIRE(::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0);
  REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(descriptor, 1) == 0);
  return descriptor;
}

}  // namespace

TEST_CASE("a port that another server shares is not ours to join", "[cli]") {
  std::uint16_t port = 0;
  {
    const auto reserved = ReservedPort::reserve("127.0.0.1", 0);
    REQUIRE(reserved);
    port = reserved->port();
    ::close(listen_shared(port));  // our own sockets may join it
  }
  const int other = listen_shared(port);
  const auto refused = ReservedPort::reserve("127.0.0.1", port);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == "cannot_listen");
  ::close(other);
  CHECK(ReservedPort::reserve("127.0.0.1", port));
}
