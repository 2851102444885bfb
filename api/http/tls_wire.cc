#include <array>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "api/http/wire.h"

namespace muster {
namespace {

// Operations on the stream use its memory, so their handlers keep it alive beside their user.
using Stream = net::ssl::stream<Socket>;

class TlsWire final : public Wire {
 public:
  TlsWire(Socket socket, TlsContext& context)
      : stream_{std::make_shared<Stream>(std::move(socket), context)} {
    ErrorCode ignored;
    stream_->next_layer().set_option(net::ip::tcp::no_delay{true}, ignored);
  }

  void open(std::shared_ptr<WireUser> user) override {
    stream_->async_handshake(Stream::server,
                             [user = std::move(user), stream = stream_](const ErrorCode& error) {
                               user->on_open(!error);
                             });
  }

  void read(std::shared_ptr<WireUser> user, char* at, std::size_t room) override {
    stream_->async_read_some(
        net::buffer(at, room),
        [user = std::move(user), stream = stream_](const ErrorCode& error, std::size_t bytes) {
          user->on_read(error ? 0 : bytes);
        });
  }

  std::optional<std::size_t> write_now(std::string_view, std::string_view) override { return 0; }

  void write(std::shared_ptr<WireUser> user,
             std::string_view head,
             std::string_view body) override {
    net::async_write(*stream_,
                     std::array{net::buffer(head), net::buffer(body)},
                     [user = std::move(user), stream = stream_](
                         const ErrorCode& error, std::size_t) { user->on_written(!error); });
  }

  [[nodiscard]] bool immediate() const override { return false; }

  void yield(std::shared_ptr<WireUser> user) override {
    net::post(stream_->get_executor(), [user = std::move(user)] { user->on_turn(); });
  }

  void finish() override {
    // Sends close_notify; whether the other end answers it is not waited for.
    stream_->async_shutdown([stream = stream_](const ErrorCode&) {});
  }

  void close() override {
    ErrorCode ignored;
    stream_->next_layer().close(ignored);
  }

 private:
  std::shared_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<Wire> make_tls_wire(Socket socket, TlsContext& context) {
  return std::make_unique<TlsWire>(std::move(socket), context);
}

}  // namespace muster
