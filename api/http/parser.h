/// Reads one request off a byte stream into a Request. Beast's parser, minus what it lets through
/// that could make two parties see different requests in the same bytes (RFC 9112 sections 3.2, 6.1
/// and 6.3): several Content-Length or Transfer-Encoding fields, a coding other than chunked,
/// chunked in HTTP/1.0, no or several Hosts.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "api/http/bounds.h"
#include "api/http/problem.h"
#include "api/http/request.h"

namespace muster {

class Parser final : public boost::beast::http::basic_parser<true> {
 public:
  using Error = boost::beast::error_code;

  Parser(Request& request, const HttpBounds& bounds);

  /// Consumes of `bytes` what it can and returns how much. `needs_more` tells whether it stopped
  /// for want of bytes; otherwise the header or the request is complete, or `refused()` says why
  /// not.
  std::size_t feed(std::string_view bytes, bool& needs_more);

  [[nodiscard]] const std::optional<Refusal>& refused() const { return refusal_; }

  [[nodiscard]] bool http_11() const { return http_11_; }

  [[nodiscard]] bool has_body() const;

  /// From now on the body is checked and thrown away.
  void discard_body() { discards_body_ = true; }

 private:
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb method,
                       string_view method_text,
                       string_view target,
                       int version,
                       Error& error) override;
  void on_response_impl(int status, string_view reason, int version, Error& error) override;
  void on_field_impl(boost::beast::http::field field,
                     string_view name,
                     string_view value,
                     Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, Error& error) override;
  std::size_t on_body_impl(string_view bytes, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view bytes, Error& error) override;
  void on_finish_impl(Error& error) override;

  Request& request_;
  std::optional<Refusal> refusal_;
  std::size_t fields_left_;
  std::size_t header_bytes_left_;
  bool http_11_ = true;
  bool saw_target_ = false;
  bool saw_header_ = false;
  bool saw_host_ = false;
  bool saw_length_ = false;
  bool saw_coding_ = false;
  bool discards_body_ = false;
};

}  // namespace muster
