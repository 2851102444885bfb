/// A client that sends exactly the bytes it is told to, for tests of servers. Waits at most five
/// seconds for anything.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::test {

struct RawAnswer {
  int status = 0;  // 0: the connection was closed before a whole answer came
  std::string status_line;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  [[nodiscard]] std::string header(std::string_view name) const {
    const auto* found = find(name);
    return found == nullptr ? std::string{} : *found;
  }

 private:
  [[nodiscard]] const std::string* find(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      const bool same =
          std::equal(key.begin(), key.end(), name.begin(), name.end(), [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) ==
                   std::tolower(static_cast<unsigned char>(b));
          });
      if (same) return &value;
    }
    return nullptr;
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer_bytes != 0) {
      ::setsockopt(
          socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      ::close(socket_);
      throw std::runtime_error{"cannot connect"};
    }
  }

  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  ~RawClient() { ::close(socket_); }

  /// Stops quietly when the other end has closed.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// "GET path" with a Host.
  RawAnswer get(std::string_view path) { return exchange("GET", path); }

  RawAnswer exchange(std::string_view method,
                     std::string_view path,
                     std::string_view more_header = {},
                     std::string_view body = {}) {
    std::string text;
    text.append(method)
        .append(" ")
        .append(path)
        .append(" HTTP/1.1\r\nHost: test\r\n")
        .append(more_header);
    if (!body.empty())
      text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    send(text.append("\r\n").append(body));
    return read(method != "HEAD");
  }

  /// The next answer; `has_body` is false for what answers a HEAD.
  RawAnswer read(bool has_body = true) {
    RawAnswer answer;
    while (bytes_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return answer;
    }
    const auto end = bytes_.find("\r\n\r\n");
    const auto head = bytes_.substr(0, end + 2);
    bytes_.erase(0, end + 4);
    parse_head(head, answer);
    const auto length = answer.header("Content-Length");
    const auto wanted =
        has_body && !length.empty() ? std::strtoull(length.c_str(), nullptr, 10) : 0;
    while (bytes_.size() < wanted) {
      if (!receive()) return RawAnswer{};
    }
    answer.body = bytes_.substr(0, wanted);
    bytes_.erase(0, wanted);
    return answer;
  }

  /// Whether the other end closes, with nothing more said, within the time.
  bool closed(int wait_ms = 5000) {
    if (!bytes_.empty()) return false;
    return !receive(wait_ms) && closed_;
  }

  /// Bytes that came and were not taken by read().
  [[nodiscard]] const std::string& pending() const { return bytes_; }

  /// Takes as many of them away.
  void drop(std::size_t count) { bytes_.erase(0, count); }

  /// Waits for some bytes; false when none came.
  bool receive(int wait_ms = 5000) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, wait_ms) != 1) return false;
    char buffer[65536];
    const auto count = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (count <= 0) {
      closed_ = true;
      return false;
    }
    bytes_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

 private:
  static void parse_head(std::string_view head, RawAnswer& answer) {
    bool first = true;
    while (!head.empty()) {
      const auto end = head.find("\r\n");
      const auto line = head.substr(0, end);
      head.remove_prefix(end + 2);
      if (first) {
        answer.status_line = line;
        answer.status = std::atoi(answer.status_line.substr(9, 3).c_str());
      } else {
        const auto colon = line.find(": ");
        answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
      }
      first = false;
    }
  }

  int socket_;
  std::string bytes_;
  bool closed_ = false;
};

}  // namespace muster::test
