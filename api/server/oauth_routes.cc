#include "api/server/oauth_routes.h"

#include <optional>

#include "api/auth/tokens.h"
#include "api/http/problem.h"
#include "api/http/reply.h"
#include "api/server/form.h"
#include "api/server/work_pool.h"
#include "engine/core/bytes.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// The error object of RFC 6749 section 5.2, with the members that the published API adds.
Response oauth_error(int status, std::string_view error, std::string_view description) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("error", error);
  writer.member("error_description", description);
  writer.member("status_code", status);
  writer.end_object();
  Response response = json_response(std::move(json), status);
  response.add_header("Cache-Control", "no-store");
  if (status == 401) {
    response.add_header("WWW-Authenticate", "Basic realm=\"muster\"");
  }
  if (status == 429 || status == 503) {
    response.add_header("Retry-After", "1");
  }
  return response;
}

struct ClientCredentials {
  std::string id;
  std::string secret;
};

/// HTTP Basic (the parts are form-encoded, RFC 6749 section 2.3.1), else members of the form.
std::optional<ClientCredentials> credentials_of(const Request& request, const Form& form) {
  constexpr std::string_view kBasic = "Basic ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.starts_with(kBasic)) {
    const auto decoded = from_base64(authorization.substr(kBasic.size()));
    const auto colon = decoded ? decoded->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return std::nullopt;
    }
    return ClientCredentials{decode_form_value(std::string_view{*decoded}.substr(0, colon)),
                             decode_form_value(std::string_view{*decoded}.substr(colon + 1))};
  }
  if (!form.has("client_id") || !form.has("client_secret")) {
    return std::nullopt;
  }
  return ClientCredentials{form.value("client_id"), form.value("client_secret")};
}

Response answer_token(const Services& services, const Request& request) {
  const Form form{request.body};
  const auto credentials = credentials_of(request, form);
  if (!credentials) {
    return oauth_error(401, "invalid_client", "send client_id and client_secret");
  }
  if (form.value("grant_type") != "client_credentials") {
    return oauth_error(400, "unsupported_grant_type", "the only grant is client_credentials");
  }
  const std::string tenant{request.path_parameter("tid")};
  const std::string workspace{request.path_parameter("wid")};
  const auto issued =
      services.tokens.issue({Tokens::issuer(services.settings.public_url, tenant, workspace),
                             tenant,
                             workspace,
                             credentials->id,
                             credentials->secret,
                             form.value("scope")});
  if (!issued) {
    const Failure& refused = issued.error();
    if (refused.code == Errc::kUnauthorized) {
      if (const auto limited = services.limits.note_failure(request.peer); !limited) {
        return oauth_error(429, "slow_down", limited.error().reason);
      }
      return oauth_error(401, "invalid_client", refused.reason);
    }
    if (refused.code == Errc::kForbidden) {
      return oauth_error(400, "invalid_scope", refused.reason);
    }
    return oauth_error(503, "temporarily_unavailable", refused.reason);
  }
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("access_token", issued->token);
  writer.member("token_type", "bearer");
  writer.member("expires_in", issued->expires_in_seconds);
  writer.member("scope", issued->scope);
  writer.end_object();
  Response response = json_response(std::move(json));
  response.add_header("Cache-Control", "no-store");
  return response;
}

Result<bool> workspace_exists(const Services& services, const Request& request, LogId& log) {
  const auto point = services.published.now();
  MUSTER_TRY(const auto tenant,
             services.catalog.find_tenant(*point, request.path_parameter("tid")));
  if (!tenant) {
    return false;
  }
  log = tenant->log;
  MUSTER_TRY(const auto workspace,
             services.catalog.find_workspace(*point, log, request.path_parameter("wid")));
  return workspace != nullptr;
}

void string_list(JsonWriter& writer,
                 std::string_view name,
                 std::initializer_list<const char*> list) {
  writer.key(name);
  writer.begin_array();
  for (const char* text : list) {
    writer.string(text);
  }
  writer.end_array();
}

std::string discovery_document(const Services& services, const Request& request) {
  const std::string issuer = Tokens::issuer(
      services.settings.public_url, request.path_parameter("tid"), request.path_parameter("wid"));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("issuer", issuer);
  writer.member("token_endpoint", issuer + "/oauth2/token");
  writer.member("jwks_uri", issuer + "/.well-known/jwks.json");
  // Clients of the published API parse these even where no user ever signs in.
  writer.member("authorization_endpoint", issuer + "/oauth2/authorize");
  writer.member("userinfo_endpoint", issuer + "/userinfo");
  string_list(writer, "grant_types_supported", {"client_credentials"});
  string_list(writer, "response_types_supported", {"none"});
  string_list(writer,
              "token_endpoint_auth_methods_supported",
              {"client_secret_basic", "client_secret_post"});
  string_list(writer, "id_token_signing_alg_values_supported", {"ES256"});
  string_list(writer, "subject_types_supported", {"public"});
  writer.key("scopes_supported");
  writer.begin_array();
  for (const std::string_view scope : kScopeNames) {
    writer.string(scope);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

Result<std::string> key_set(const Services& services, LogId log) {
  MUSTER_TRY(const auto keys, services.catalog.signing_keys(*services.published.now(), log));
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.key("keys");
  writer.begin_array();
  for (const SigningKeyState& key : *keys) {
    writer.raw(key.public_jwk.text);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

template <class Render>
Response answer_public(const Services& services, const Request& request, const Render& render) {
  LogId log{};
  const auto exists = workspace_exists(services, request, log);
  if (!exists || !*exists) {
    return problem_details(
        exists ? failure(Errc::kNotFound, "workspace_not_found", "there is no such workspace")
               : exists.error(),
        request.request_id);
  }
  Result<std::string> json = render(log);
  if (!json) {
    return problem_details(json.error(), request.request_id);
  }
  Response response = json_response(std::move(*json));
  response.add_header("Cache-Control", "public, max-age=300");
  if (!request.has_header("origin")) {
    response.add_header("Vary", "Origin");  // with an Origin, CORS says so itself
  }
  return response;
}

}  // namespace

void add_oauth_routes(Router& router, const Services& services) {
  RouteOptions form;
  form.media_types = {"application/x-www-form-urlencoded"};
  // Signing takes some 30 us, so it runs where other slow work does.
  router.add(Method::kPost,
             "/{tid}/{wid}/oauth2/token",
             "token",
             AsyncHandler{[&services](const std::shared_ptr<Request>& request, Reply reply) {
               // Right secrets too, or guessing would go on at full speed.
               if (const auto allowed = services.limits.check_failures(request->peer); !allowed) {
                 reply(oauth_error(429, "slow_down", allowed.error().reason));
                 return;
               }
               const auto answer = std::make_shared<Reply>(std::move(reply));
               const auto queued = services.hashing.run(
                   [&services, request, answer] { (*answer)(answer_token(services, *request)); });
               if (!queued) {
                 (*answer)(oauth_error(429, "slow_down", queued.error().reason));
               }
             }},
             form);
  router.add(Method::kGet,
             "/{tid}/{wid}/.well-known/openid-configuration",
             "openidConfiguration",
             ImmediateHandler{[&services](const Request& request) {
               return answer_public(services, request, [&](LogId) -> Result<std::string> {
                 return discovery_document(services, request);
               });
             }});
  router.add(Method::kGet,
             "/{tid}/{wid}/.well-known/jwks.json",
             "jwks",
             ImmediateHandler{[&services](const Request& request) {
               return answer_public(
                   services, request, [&](LogId log) { return key_set(services, log); });
             }});
}

}  // namespace muster
