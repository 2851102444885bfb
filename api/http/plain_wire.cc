#include <array>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "api/http/wire.h"

namespace muster {
namespace {

using Buffers = std::array<net::const_buffer, 2>;

class PlainWire final : public Wire {
 public:
  explicit PlainWire(Socket socket) : socket_{std::move(socket)} {
    ErrorCode ignored;
    socket_.set_option(net::ip::tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
  }

  void open(std::shared_ptr<WireUser> user) override { user->on_open(true); }

  void read(std::shared_ptr<WireUser> user, char* at, std::size_t room) override {
    socket_.async_read_some(net::buffer(at, room),
                            [user = std::move(user)](const ErrorCode& error, std::size_t bytes) {
                              user->on_read(error ? 0 : bytes);
                            });
  }

  std::optional<std::size_t> write_now(std::string_view head, std::string_view body) override {
    ErrorCode error;
    const auto bytes =
        body.empty() ? socket_.write_some(net::buffer(head), error)
                     : socket_.write_some(Buffers{net::buffer(head), net::buffer(body)}, error);
    if (error && error != net::error::would_block) return std::nullopt;
    return bytes;
  }

  void write(std::shared_ptr<WireUser> user,
             std::string_view head,
             std::string_view body) override {
    net::async_write(socket_,
                     Buffers{net::buffer(head), net::buffer(body)},
                     [user = std::move(user)](const ErrorCode& error, std::size_t) {
                       user->on_written(!error);
                     });
  }

  [[nodiscard]] bool immediate() const override { return true; }

  void yield(std::shared_ptr<WireUser> user) override {
    net::post(socket_.get_executor(), [user = std::move(user)] { user->on_turn(); });
  }

  void finish() override {
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

  void close() override {
    ErrorCode ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<Wire> make_plain_wire(Socket socket) {
  return std::make_unique<PlainWire>(std::move(socket));
}

}  // namespace muster
