#include "tests/api/directory/root_tenant.h"
#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

/// Enough for every operation to get as far as looking for its pool.
constexpr std::string_view kAnyBody =
    R"({"name":"nowhere","status":"active","identifier":"x","type":"uid","address":"x@x.test",)"
    R"("verified":false,"state":"valid","password":"x"})";

struct ProbeTokens {
  std::string admin;
  std::string system;
  std::string without_scope;  // of the workspace `system`
};

/// Also makes the pool and the user that targets name.
const ProbeTokens& probe_tokens() {
  static const ProbeTokens kTokens = [] {
    stack().make_pool("probed");
    stack().make_user("probed", "ann");
    return ProbeTokens{
        stack().token("admin"), stack().token("system"), stack().token("system", "audit")};
  }();
  return kTokens;
}

std::string filled(std::string pattern, std::string_view name, std::string_view value) {
  const std::string variable = "{" + std::string{name} + "}";
  if (const auto found = pattern.find(variable); found != std::string::npos) {
    pattern.replace(found, variable.size(), value);
  }
  return pattern;
}

std::string target_of(const Operation& operation, std::string_view tenant, std::string_view pool) {
  std::string target = filled(operation.pattern, "tid", tenant);
  target = filled(std::move(target), "ipID", pool);
  target = filled(std::move(target), "userID", "ann");
  target = filled(std::move(target), "wid", "default");
  target = filled(std::move(target), "metadataType", "admin");
  target = filled(std::move(target), "groupID", "staff");
  return filled(std::move(target), "schID", "default_payload");
}

Call call_of(const Operation& operation, std::string_view token, std::string_view body) {
  Call call{operation.method, target_of(operation, "default", "probed"), std::string{body}};
  if (!token.empty()) {
    call.headers.emplace_back("Authorization", "Bearer " + std::string{token});
  }
  return call;
}

bool takes_body(const Operation& operation) {
  const bool is_member = operation.id == "addUserToGroup";  // the path says it all
  return operation.method == Method::kPost || operation.method == Method::kPatch ||
         (operation.method == Method::kPut && !is_member);
}

void add_root_probes(std::vector<Probe>& probes,
                     const Operation& operation,
                     const ProbeTokens& tokens) {
  probes.push_back({"no token", 401, "missing_token", call_of(operation, "", kAnyBody)});
  probes.push_back({"a token of another tenant",
                    401,
                    "invalid_token",
                    call_of(operation, tokens.system, kAnyBody)});
  probes.push_back({"a token of another workspace",
                    403,
                    "wrong_workspace",
                    call_of(operation, root_token(stack(), kAdminWorkspace), kAnyBody)});
}

void add_caller_probes(std::vector<Probe>& probes,
                       const Operation& operation,
                       const ProbeTokens& tokens) {
  if (operation.family == ApiFamily::kRoot) {
    return add_root_probes(probes, operation, tokens);
  }
  const bool is_system = operation.family == ApiFamily::kSystem;
  const std::string& right = is_system ? tokens.system : tokens.admin;
  const std::string& wrong = is_system ? tokens.admin : tokens.system;
  probes.push_back({"no token", 401, "missing_token", call_of(operation, "", kAnyBody)});
  probes.push_back({"a token that we did not sign",
                    401,
                    "invalid_token",
                    call_of(operation, "a.b.c", kAnyBody)});
  Call foreign = call_of(operation, right, kAnyBody);
  foreign.target = target_of(operation, "other", "probed");
  probes.push_back({"a token of another tenant", 401, "invalid_token", std::move(foreign)});
  probes.push_back({"a token of another workspace",
                    403,
                    "wrong_workspace",
                    call_of(operation, wrong, kAnyBody)});
  if (is_system) {
    probes.push_back({"a token without the scope",
                      403,
                      "missing_scope",
                      call_of(operation, tokens.without_scope, kAnyBody)});
  }
}

void add_body_probes(std::vector<Probe>& probes,
                     const Operation& operation,
                     std::string_view token) {
  const auto add = [&](std::string_view tells, std::string_view code, std::string_view body) {
    probes.push_back({std::string{tells}, 400, code, call_of(operation, token, body)});
  };
  add("no body", "missing_body", "");
  add("half a body", "malformed_json", R"({"name":)");
  add("a member twice", "duplicate_member", R"({"name":"a","name":"b"})");
  // A patch is an array.
  add("a body that is no object", "invalid_body", operation.method == Method::kPatch ? "7" : "[]");
  add("bytes that are no UTF-8", "invalid_utf8", "{\"name\":\"\xFF\"}");
  std::string deep = "{\"x\":" + std::string(70, '[') + std::string(70, ']') + "}";
  add("a body without bottom", "too_deep", deep);
}

}  // namespace

Probe send_until_limited(Stack& limited, const Operation& operation) {
  Probe probe{"more requests than the client may send", 429, "rate_limited", {}};
  const bool is_system = operation.family == ApiFamily::kSystem;
  probe.call = call_of(operation, limited.token(is_system ? "system" : "admin"), kAnyBody);
  for (int sent = 0; sent < 10 && probe.status == 429; ++sent) {
    if (limited.send(probe.call).status == 429) {
      return probe;
    }
  }
  probe.tells = "was never limited";
  return probe;
}

std::vector<Probe> probes_of(const Operation& operation) {
  const ProbeTokens& tokens = probe_tokens();
  const std::string root = operation.family == ApiFamily::kRoot ? root_token(stack()) : "";
  const std::string& token = operation.family == ApiFamily::kRoot     ? root
                             : operation.family == ApiFamily::kSystem ? tokens.system
                                                                      : tokens.admin;
  std::vector<Probe> probes;
  add_caller_probes(probes, operation, tokens);
  if (takes_body(operation)) {
    add_body_probes(probes, operation, token);
  }
  if (operation.pattern.find("{ipID}") != std::string::npos) {
    Call lost = call_of(operation, token, takes_body(operation) ? kAnyBody : "");
    lost.target = target_of(operation, "default", "nowhere");
    probes.push_back({"an unknown pool", 404, "pool_not_found", std::move(lost)});
  }
  return probes;
}

}  // namespace muster::test
