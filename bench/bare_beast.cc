// The one place outside api/http that knows Beast: a baseline must not share our own server's code.
#include "bench/bare_beast.h"

#include <cstdio>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace muster {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;
using BareResponse = http::response<http::string_body>;

class BareSession : public std::enable_shared_from_this<BareSession> {
 public:
  BareSession(tcp::socket socket, BareResponse& response)
      : stream_{std::move(socket)}, response_{response} {}

  void read() {
    request_ = {};
    http::async_read(stream_,
                     buffer_,
                     request_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error) {
                         self->write();
                       }
                     });
  }

 private:
  void write() {
    http::async_write(
        stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error) {
            self->read();
          }
        });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  // Shared by all sessions: one thread, and serialising changes nothing in it.
  BareResponse& response_;
};

void accept_next(tcp::acceptor& acceptor, BareResponse& response) {
  acceptor.async_accept([&acceptor, &response](beast::error_code error, tcp::socket socket) {
    if (!error) {
      beast::error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      std::make_shared<BareSession>(std::move(socket), response)->read();
    }
    accept_next(acceptor, response);
  });
}

void run_server(std::size_t body_bytes) {
  boost::asio::io_context context{1};
  tcp::acceptor acceptor{context, {boost::asio::ip::address_v4::loopback(), 0}};
  BareResponse response{http::status::ok, 11};
  response.set(http::field::content_type, "application/json");
  response.body() = "\"" + std::string(body_bytes > 2 ? body_bytes - 2 : 0, 'x') + "\"";
  response.prepare_payload();
  accept_next(acceptor, response);
  std::printf("http://127.0.0.1:%u\n", unsigned{acceptor.local_endpoint().port()});
  std::fflush(stdout);
  context.run();
}

}  // namespace

Result<> serve_bare(std::size_t body_bytes) {
  try {
    run_server(body_bytes);
    return {};
  } catch (const boost::system::system_error& error) {
    return failure(Errc::kIo, "bare_server", error.what());
  }
}

}  // namespace muster
