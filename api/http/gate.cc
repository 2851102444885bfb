#include "api/http/gate.h"

#include <algorithm>

#include "api/http/problem.h"

namespace muster {
namespace {

Response refused(const Request& request,
                 Errc code,
                 std::string_view rule,
                 std::string_view reason) {
  return problem_for(request.path(), failure(code, rule, reason), request.request_id);
}

Response options_answer(std::uint32_t allowed) {
  auto response = empty_response();
  response.add_header("Allow", allow_value(allowed));
  return response;
}

// "*" asks about the server as a whole (RFC 9110 section 9.3.7).
bool is_about_server(const Request& request) {
  return request.method == Method::kOptions && request.target() == "*";
}

bool takes_body(Method method) {
  return method == Method::kPost || method == Method::kPut || method == Method::kPatch;
}

/// Bodies are UTF-8, whatever their type. ASCII is.
bool is_utf8(std::string_view content_type) {
  constexpr std::string_view kCharset = "charset=";
  auto rest = content_type;
  while (const auto semicolon = rest.find(';') + 1) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t", semicolon), rest.size()));
    if (!equal_ignoring_case(rest.substr(0, kCharset.size()), kCharset)) continue;
    auto charset = rest.substr(kCharset.size(), rest.find(';') - kCharset.size());
    if (charset.starts_with('"')) charset = charset.substr(1, charset.find('"', 1) - 1);
    charset = charset.substr(0, charset.find_last_not_of(" \t") + 1);
    return equal_ignoring_case(charset, "utf-8") || equal_ignoring_case(charset, "us-ascii");
  }
  return true;
}

bool accepts_media_type(const Route& route, const Request& request) {
  const auto sent = request.header("Content-Type");
  const auto& accepted = route.options.media_types;
  if (std::ranges::find(accepted, sent) != accepted.end()) return true;
  if (!is_utf8(sent)) return false;
  return std::ranges::find(accepted, media_type_of(sent)) != accepted.end();
}

std::optional<Response> answer_for(const Router::Match& match,
                                   const Request& request,
                                   const BodyHead& body) {
  if (match.route == nullptr) {
    if (is_about_server(request)) return options_answer((1U << (kMethodCount - 1)) - 1);
    if (match.allowed == 0) {
      return refused(request, Errc::kNotFound, "path_unknown", "There is nothing at this path.");
    }
    if (request.method == Method::kOptions) return options_answer(match.allowed);
    auto response = refused(request,
                            Errc::kMethodNotAllowed,
                            "method_not_allowed",
                            "This path does not know the method.");
    response.add_header("Allow", allow_value(match.allowed));
    return response;
  }
  if (body.present && takes_body(request.method) && !accepts_media_type(*match.route, request)) {
    return refused(request,
                   Errc::kUnsupportedMedia,
                   "media_type_unsupported",
                   "The body's Content-Type is not one that this operation takes.");
  }
  return std::nullopt;
}

}  // namespace

Admission admit(const Router& router,
                Request& request,
                const BodyHead& body,
                bool http_11,
                const HttpBounds& bounds) {
  Admission admission;
  const auto match = router.find(request);
  admission.route = match.route;
  admission.body_bytes_max = bounds.body_bytes;
  if (match.route != nullptr && match.route->options.body_bytes_max != 0) {
    admission.body_bytes_max = match.route->options.body_bytes_max;
  }
  const auto expectation = http_11 ? request.header("Expect") : std::string_view{};
  admission.expects_continue = equal_ignoring_case(expectation, "100-continue");
  if (!expectation.empty() && !admission.expects_continue) {
    admission.answer =
        refusal_for(request.path(),
                    {417, "expectation_unknown", "Only 100-continue can be expected."},
                    request.request_id);
  } else if (body.bytes.value_or(0) > admission.body_bytes_max) {
    admission.answer = refused(request,
                               Errc::kTooLarge,
                               "body_too_large",
                               "The body is larger than this operation takes.");
    admission.at_once = true;
  } else {
    admission.answer = answer_for(match, request, body);
  }
  if (admission.answer) {
    admission.route = nullptr;
    admission.at_once |= body.present && admission.expects_continue;
  }
  return admission;
}

}  // namespace muster
