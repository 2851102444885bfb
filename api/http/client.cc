#include "api/http/client.h"

#include <charconv>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace muster {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::chrono::milliseconds kLook{100};

Failure connection_failed(const ClientUrl& url, std::string_view why) {
  return failure(
      Errc::kUnavailable,
      "connection_failed",
      "no answer from " + url.host + ":" + std::to_string(url.port) + ": " + std::string{why});
}

}  // namespace

Result<ClientUrl> parse_url(std::string_view url) {
  const auto invalid = [&] {
    return failure(Errc::kInvalid,
                   "invalid_url",
                   "'" + std::string{url} + "' is not a URL as http://127.0.0.1:8080");
  };
  ClientUrl parsed;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    parsed.tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return invalid();
  }
  const auto slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  parsed.path = slash == rest.size() ? "/" : std::string{rest.substr(slash)};
  const auto bracket = authority.rfind(']');
  const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  parsed.host = authority.substr(0, colon);
  if (bracket != std::string_view::npos && !parsed.host.empty()) {
    parsed.host = parsed.host.substr(1, parsed.host.size() - 2);
  }
  parsed.port = parsed.tls ? 443 : 80;
  if (colon != std::string_view::npos) {
    const char* end = authority.data() + authority.size();
    const auto [stopped, error] = std::from_chars(authority.data() + colon + 1, end, parsed.port);
    if (error != std::errc{} || stopped != end) {
      return invalid();
    }
  }
  if (parsed.host.empty()) {
    return invalid();
  }
  return parsed;
}

/// Beast's time-outs only work for asynchronous operations, so each step runs the context.
class HttpClient::Connection {
 public:
  Connection(const ClientUrl& url, const ClientOptions& options)
      : options_{options},
        tls_context_{net::ssl::context::tls_client},
        stream_{context_, tls_context_} {
    tls_context_.set_default_verify_paths();
    stream_.set_verify_mode(net::ssl::verify_peer);
    net::ip::tcp::resolver resolver{context_};
    const auto endpoints = allowed(resolver.resolve(url.host, std::to_string(url.port)));
    run([&](auto done) { beast::get_lowest_layer(stream_).async_connect(endpoints, done); });
    if (url.tls) {
      stream_.set_verify_callback(net::ssl::host_name_verification{url.host});
      if (SSL_ctrl(stream_.native_handle(),
                   SSL_CTRL_SET_TLSEXT_HOSTNAME,
                   TLSEXT_NAMETYPE_host_name,
                   const_cast<char*>(url.host.c_str())) != 1) {
        throw beast::system_error{net::error::invalid_argument};
      }
      run([&](auto done) { stream_.async_handshake(net::ssl::stream_base::client, done); });
    }
    tls_ = url.tls;
  }

  ClientResponse exchange(const http::request<http::string_body>& request) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(options_.answer_bytes_max);
    if (tls_) {
      run([&](auto done) { http::async_write(stream_, request, done); });
      run([&](auto done) { http::async_read(stream_, buffer_, parser, done); });
    } else {
      auto& plain = stream_.next_layer();
      run([&](auto done) { http::async_write(plain, request, done); });
      run([&](auto done) { http::async_read(plain, buffer_, parser, done); });
    }
    keep_ = parser.get().keep_alive();
    ClientResponse response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
      response.headers.emplace_back(field.name_string(), field.value());
    }
    response.body = std::move(parser.get().body());
    return response;
  }

  [[nodiscard]] bool keep() const { return keep_; }

 private:
  /// What was looked up is what is connected to: a name that means another address a moment later
  /// changes nothing.
  [[nodiscard]] std::vector<net::ip::tcp::endpoint> allowed(
      const net::ip::tcp::resolver::results_type& found) const {
    std::vector<net::ip::tcp::endpoint> endpoints;
    for (const auto& entry : found) {
      if (!options_.allows || options_.allows(entry.endpoint().address().to_string())) {
        endpoints.push_back(entry.endpoint());
      }
    }
    if (endpoints.empty()) {
      throw beast::system_error{net::error::access_denied};
    }
    return endpoints;
  }

  template <class Start>
  void run(const Start& start) {
    beast::error_code outcome = net::error::would_block;
    beast::get_lowest_layer(stream_).expires_after(options_.timeout);
    start([&](const beast::error_code& error, auto&&...) { outcome = error; });
    context_.restart();
    while (options_.gives_up && !context_.stopped()) {
      context_.run_for(kLook);
      if (!context_.stopped() && options_.gives_up()) {
        beast::get_lowest_layer(stream_).cancel();
        break;
      }
    }
    context_.run();
    if (outcome) {
      throw beast::system_error{outcome};
    }
  }

  const ClientOptions& options_;
  net::io_context context_{1};
  net::ssl::context tls_context_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  bool tls_ = false;
  bool keep_ = true;
};

HttpClient::HttpClient(ClientUrl url, std::chrono::milliseconds timeout) : url_{std::move(url)} {
  options_.timeout = timeout;
}

HttpClient::HttpClient(ClientUrl url, ClientOptions options)
    : url_{std::move(url)}, options_{std::move(options)} {}

HttpClient::~HttpClient() = default;

Result<ClientResponse> HttpClient::send(const ClientRequest& request) {
  http::request<http::string_body> message{
      http::string_to_verb(request.method), request.path, 11, request.body};
  message.set(http::field::host, url_.host + ":" + std::to_string(url_.port));
  message.set(http::field::user_agent, options_.user_agent);
  for (const auto& [name, value] : request.headers) {
    message.set(name, value);
  }
  message.prepare_payload();
  try {
    if (!connection_ || !connection_->keep()) {
      connection_ = std::make_unique<Connection>(url_, options_);
    }
    return connection_->exchange(message);
  } catch (const beast::system_error& error) {
    connection_.reset();
    if (error.code() == net::error::access_denied) {
      return failure(Errc::kForbidden,
                     "address_refused",
                     url_.host + " has no address that may be connected to");
    }
    return connection_failed(url_, error.code().message());
  }
}

}  // namespace muster
