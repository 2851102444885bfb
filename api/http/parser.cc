#include "api/http/parser.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace muster {
namespace {

namespace http = boost::beast::http;

// Reserved at once for a body of declared length; more comes as bytes do, so that ten thousand
// connections cannot claim memory by declaring bodies that they never send.
constexpr std::size_t kBodyReserveBytes = 64U * 1024;

std::string_view std_view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

Method method_of(http::verb verb) {
  // Beast knows thirty verbs; all that are not named here are kOther.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wswitch-enum"
  switch (verb) {
    case http::verb::get:
      return Method::kGet;
    case http::verb::head:
      return Method::kHead;
    case http::verb::post:
      return Method::kPost;
    case http::verb::put:
      return Method::kPut;
    case http::verb::patch:
      return Method::kPatch;
    case http::verb::delete_:
      return Method::kDelete;
    case http::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
#pragma GCC diagnostic pop
}

Refusal malformed(std::string_view reason) {
  return {400, "malformed_request", reason};
}

Refusal refusal_of(const Parser::Error& error, bool saw_target) {
  if (error == http::error::header_limit) {
    if (!saw_target) return {414, "target_too_long", "The request line is too long."};
    return {431, "header_too_large", "The header is larger than this server reads."};
  }
  if (error == http::error::body_limit) {
    return {413, "body_too_large", "The body is larger than this operation takes."};
  }
  if (error == http::error::bad_version)
    return malformed("The protocol is not HTTP/1.1 or HTTP/1.0.");
  if (error == http::error::bad_chunk || error == http::error::bad_chunk_extension) {
    return malformed("A chunk of the body is malformed.");
  }
  return malformed("The request is not valid HTTP/1.1.");
}

}  // namespace

Parser::Parser(Request& request, const HttpBounds& bounds)
    : request_{request},
      fields_left_{bounds.header_fields},
      header_bytes_left_{bounds.header_bytes} {
  header_limit(static_cast<std::uint32_t>(bounds.header_bytes));
  // The bound depends on the route, which is known when the header is.
  body_limit(boost::none);
}

std::size_t Parser::feed(std::string_view bytes, bool& needs_more) {
  Error error;
  const bool in_header = !is_header_done();
  const auto consumed = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
  needs_more = error == http::error::need_more;
  if (in_header) {
    // Beast bounds the request line and the fields each for itself.
    const auto header_bytes = needs_more ? bytes.size() : consumed;
    if (header_bytes > header_bytes_left_ && (needs_more || !error.failed())) {
      error = http::error::header_limit;
    }
    header_bytes_left_ -= std::min(consumed, header_bytes_left_);
  }
  if (error.failed() && error != http::error::need_more) {
    needs_more = false;
    if (!refusal_) refusal_ = refusal_of(error, saw_target_);
  }
  return consumed;
}

bool Parser::has_body() const {
  return chunked() || content_length().value_or(0) > 0;
}

void Parser::on_request_impl(http::verb method,
                             string_view,
                             string_view target,
                             int version,
                             Error& error) {
  request_.method = method_of(method);
  http_11_ = version == 11;
  saw_target_ = true;
  const auto kept = request_.set_target(std_view(target));
  if (!kept.has_value()) {
    refusal_ = malformed(kept.error().reason);
    error = http::error::bad_target;
  }
}

void Parser::on_response_impl(int, string_view, int, Error&) {}

void Parser::on_field_impl(http::field field, string_view name, string_view value, Error& error) {
  // Trailer fields are read and forgotten: nothing here has a use for them.
  if (saw_header_) return;
  if (fields_left_ == 0) {
    error = http::error::header_limit;
    return;
  }
  --fields_left_;
  bool* once = nullptr;
  if (field == http::field::host) once = &saw_host_;
  if (field == http::field::content_length) once = &saw_length_;
  if (field == http::field::transfer_encoding) once = &saw_coding_;
  if (once != nullptr) {
    const bool list = field == http::field::content_length && value.find(',') != string_view::npos;
    const bool coded = field == http::field::transfer_encoding &&
                       (!http_11_ || !equal_ignoring_case(std_view(value), "chunked"));
    if (*once || list || coded) {
      refusal_ =
          malformed("Host, Content-Length or Transfer-Encoding is repeated or not understood.");
      error = http::error::bad_value;
      return;
    }
    *once = true;
  }
  request_.add_header(std_view(name), std_view(value));
}

void Parser::on_header_impl(Error& error) {
  saw_header_ = true;
  if (http_11_ && !saw_host_) {
    refusal_ = malformed("A request of HTTP/1.1 needs a Host.");
    error = http::error::bad_field;
  }
}

void Parser::on_body_init_impl(const boost::optional<std::uint64_t>& size, Error&) {
  if (discards_body_) return;
  const auto expected = std::min<std::uint64_t>(size.value_or(0), kBodyReserveBytes);
  request_.body.reserve(static_cast<std::size_t>(expected) + Request::kBodySpareBytes);
}

std::size_t Parser::on_body_impl(string_view bytes, Error&) {
  if (!discards_body_) request_.body.append(bytes.data(), bytes.size());
  return bytes.size();
}

void Parser::on_chunk_header_impl(std::uint64_t, string_view, Error&) {}

std::size_t Parser::on_chunk_body_impl(std::uint64_t, string_view bytes, Error& error) {
  return on_body_impl(bytes, error);
}

void Parser::on_finish_impl(Error&) {
  auto& body = request_.body;
  if (!body.empty() && body.capacity() - body.size() < Request::kBodySpareBytes) {
    body.reserve(body.size() + Request::kBodySpareBytes);
  }
}

}  // namespace muster
