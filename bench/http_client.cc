#include "bench/http_client.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bench/http_response.h"
#include "engine/core/bytes.h"
#include "engine/core/json.h"

namespace muster {

namespace {

constexpr std::string_view kScheme = "http://";
constexpr time_t kReadSecondsMax = 30;
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

Failure unavailable(std::string_view rule, std::string_view reason) {
  return failure(Errc::kUnavailable, rule, reason);
}

struct AddressListDeleter {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

// Closes a socket at the end of a scope.
class SocketGuard {
 public:
  explicit SocketGuard(int socket) : socket_{socket} {}

  SocketGuard(const SocketGuard&) = delete;
  SocketGuard& operator=(const SocketGuard&) = delete;

  ~SocketGuard() { ::close(socket_); }

 private:
  int socket_;
};

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Result<HttpAnswer> read_answer(int socket) {
  std::string buffer;
  while (true) {
    const std::size_t kept = buffer.size();
    buffer.resize(kept + kReadBytes);
    const ssize_t count = ::recv(socket, buffer.data() + kept, kReadBytes, 0);
    buffer.resize(kept + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return unavailable("no_answer", "the server closed the connection or did not answer");
    }
    const HttpParse parse = parse_http_response(buffer);
    if (parse.state == HttpParse::State::kMalformed) {
      return unavailable("bad_answer", "the server's answer is not the HTTP that we read");
    }
    if (parse.state == HttpParse::State::kComplete) {
      return HttpAnswer{parse.response.status, std::string{parse.response.body}};
    }
  }
}

std::string member_text(JsonValue object, std::string_view name) {
  const auto value = object.find_set(name);
  return std::string{value ? value->text().value_or("") : ""};
}

}  // namespace

Result<HttpEndpoint> parse_http_url(std::string_view url) {
  const auto bad = [] {
    return failure(Errc::kInvalidSyntax, "bad_url", "give a URL such as http://127.0.0.1:8080");
  };
  if (!url.starts_with(kScheme)) {
    return bad();
  }
  url.remove_prefix(kScheme.size());
  const auto slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  std::string_view path = url.substr(slash);
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }

  HttpEndpoint endpoint{.host = {}, .port = 80, .path = std::string{path}};
  if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [end, error] =
        std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (error != std::errc{} || end != port.data() + port.size() || endpoint.port == 0) {
      return bad();
    }
    authority = authority.substr(0, colon);
  }
  if (authority.empty()) {
    return bad();
  }
  endpoint.host = std::string{authority};
  return endpoint;
}

HttpRequestFormat::HttpRequestFormat(const HttpEndpoint& endpoint, std::string_view authorization) {
  common_ = " HTTP/1.1\r\nHost: " + endpoint.host + ":" + std::to_string(endpoint.port) + "\r\n";
  if (!authorization.empty()) {
    common_.append("Authorization: ").append(authorization).append("\r\n");
  }
}

void HttpRequestFormat::append_get(std::string& out, std::string_view path) const {
  out.append("GET ").append(path).append(common_).append("\r\n");
}

void HttpRequestFormat::append_json(std::string& out,
                                    std::string_view method,
                                    std::string_view path,
                                    std::string_view body) const {
  out.append(method).append(" ").append(path).append(common_);
  out.append("Content-Type: application/json\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

Result<int> connect_to(const HttpEndpoint& endpoint) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) {
    return unavailable("unknown_host", "the host's name has no address");
  }
  const std::unique_ptr<addrinfo, AddressListDeleter> list{found};
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const int socket = ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      continue;
    }
    if (::connect(socket, address->ai_addr, address->ai_addrlen) == 0) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
    ::close(socket);
  }
  return unavailable("not_listening", "nothing listens at the server's address");
}

Result<HttpAnswer> exchange_http(const HttpEndpoint& endpoint, std::string_view request) {
  MUSTER_TRY(const int socket, connect_to(endpoint));
  const SocketGuard guard{socket};
  const timeval patience{.tv_sec = kReadSecondsMax, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (!send_all(socket, request)) {
    return unavailable("no_answer", "the server closed the connection");
  }
  return read_answer(socket);
}

Result<std::string> fetch_token(const std::string& client_file) {
  std::ifstream input{client_file};
  const std::string text{std::istreambuf_iterator<char>{input}, {}};
  MUSTER_TRY(const JsonDocument client, parse_json(text));
  MUSTER_TRY(const HttpEndpoint endpoint, parse_http_url(member_text(client.root(), "token_url")));

  const std::string basic = "Basic " + to_base64(member_text(client.root(), "client_id") + ":" +
                                                 member_text(client.root(), "client_secret"));
  constexpr std::string_view kForm = "grant_type=client_credentials";
  const std::string request = "POST " + endpoint.path + " HTTP/1.1\r\nHost: " + endpoint.host +
                              "\r\nAuthorization: " + basic +
                              "\r\nContent-Type: application/x-www-form-urlencoded"
                              "\r\nContent-Length: " +
                              std::to_string(kForm.size()) + "\r\n\r\n" + std::string{kForm};
  MUSTER_TRY(const HttpAnswer answer, exchange_http(endpoint, request));
  if (answer.status != 200) {
    return failure(Errc::kUnauthorized,
                   "no_token",
                   "the token endpoint answered " + std::to_string(answer.status));
  }
  MUSTER_TRY(const JsonDocument token, parse_json(answer.body));
  std::string access_token = member_text(token.root(), "access_token");
  if (access_token.empty()) {
    return failure(Errc::kUnauthorized, "no_token", "the token endpoint's answer has no token");
  }
  return access_token;
}

}  // namespace muster
