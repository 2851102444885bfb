#include "api/cli/reserved_port.h"

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster {
namespace {

Failure cannot_bind(const std::string& host, std::uint16_t port, const char* why) {
  return failure(Errc::kUnavailable,
                 "cannot_listen",
                 "cannot listen on " + host + ":" + std::to_string(port) + ": " + why);
}

std::uint16_t port_in(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

/// A socket bound to the address; -1, with errno set, when that is not possible.
int bind_to(const addrinfo& address, bool shared) {
  const int descriptor = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (descriptor >= 0 && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      (!shared || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
      bind(descriptor, address.ai_addr, address.ai_addrlen) == 0) {
    return descriptor;
  }
  const int why = errno;
  if (descriptor >= 0) {
    close(descriptor);
  }
  errno = why;
  return -1;
}

}  // namespace

Result<ReservedPort> ReservedPort::reserve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    return cannot_bind(host, port, gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned{found, &freeaddrinfo};
  // Fails when somebody else listens, whether they share or not.
  if (const int alone = bind_to(*found, false); alone >= 0) {
    close(alone);
  } else {
    return cannot_bind(host, port, std::strerror(errno));
  }
  const int descriptor = bind_to(*found, true);
  if (descriptor < 0) {
    return cannot_bind(host, port, std::strerror(errno));
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    const int why = errno;
    close(descriptor);
    return cannot_bind(host, port, std::strerror(why));
  }
  return ReservedPort{descriptor, port_in(bound)};
}

ReservedPort::~ReservedPort() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

}  // namespace muster
