/// Plain sockets to an HTTP/1.1 server on this machine or network: where it is, how requests are
/// written, and one blocking exchange for what happens before and after a measurement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster {

struct HttpEndpoint {
  std::string host;  // IPv4 address or name
  std::uint16_t port = 0;
  /// Path of the URL without a trailing '/'; empty for the root.
  std::string path;
};

/// "http://host[:port][/path]". https is refused: what is measured is the directory, not TLS.
Result<HttpEndpoint> parse_http_url(std::string_view url);

/// Writes requests that differ in method, path and body only. Any thread.
class HttpRequestFormat {
 public:
  /// `authorization` is the value of that header: "Bearer ..."; empty: none.
  HttpRequestFormat(const HttpEndpoint& endpoint, std::string_view authorization);

  void append_get(std::string& out, std::string_view path) const;
  /// A request with a JSON body. `method` is "POST", "PUT", ...
  void append_json(std::string& out,
                   std::string_view method,
                   std::string_view path,
                   std::string_view body) const;

 private:
  std::string common_;  // header lines that all requests share
};

/// A connected socket, or kUnavailable. The caller closes it.
Result<int> connect_to(const HttpEndpoint& endpoint);

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// Sends `request`, reads one response, closes. Waits at most 30 seconds for each read.
Result<HttpAnswer> exchange_http(const HttpEndpoint& endpoint, std::string_view request);

/// Gets a token from an OAuth 2.0 token endpoint (RFC 6749 section 4.4, client credentials, HTTP
/// Basic). `client_file` is JSON with client_id, client_secret and token_url.
Result<std::string> fetch_token(const std::string& client_file);

}  // namespace muster
