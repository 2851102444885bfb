// Walks over every operation there is, so that a new one cannot forget to ask who calls.
#include <set>

#include "api/openapi/served.h"
#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

constexpr std::string_view kAnyBody =
    R"({"name":"nowhere","status":"active","identifier":"x","type":"uid","address":"x@x.test",)"
    R"("verified":false,"state":"valid","password":"x","metadata":{}})";

std::vector<const Operation*> all_operations() {
  std::vector<const Operation*> all;
  for (const std::span<const Operation> table : served_operations()) {
    for (const Operation& operation : table) {
      all.push_back(&operation);
    }
  }
  return all;
}

std::string target_in(const Operation& operation, const std::string& office) {
  std::string target = operation.pattern;
  const auto fill = [&](std::string_view name, const std::string& value) {
    const std::string variable = "{" + std::string{name} + "}";
    if (const auto found = target.find(variable); found != std::string::npos) {
      target.replace(found, variable.size(), value);
    }
  };
  fill("tid", "default");
  fill("ipID", office + "pool");
  fill("userID", office + "user");
  fill("wid", office);
  fill("groupID", office + "group");
  fill("schID", "default_payload");
  fill("metadataType", "admin");
  fill("clientID", "nobody");
  fill("level", "0");
  fill("tile...", "000.p/1");
  fill("position", "0");
  fill("streamID", "nowhere");
  return target;
}

bool is_read(const Operation& operation) {
  return operation.method == Method::kGet;
}

/// The body's media type is the operation's first.
Response call_in(Offices& offices,
                 const std::string& token,
                 const Operation& operation,
                 const std::string& office) {
  const bool has_body = operation.method == Method::kPost || operation.method == Method::kPut ||
                        operation.method == Method::kPatch;
  Call call{operation.method,
            target_in(operation, office),
            has_body ? std::string{kAnyBody} : std::string{}};
  call.headers.emplace_back("Authorization", "Bearer " + token);
  if (has_body) {
    call.headers.emplace_back("Content-Type", std::string{operation.options.media_types.front()});
  }
  return offices.stack.send(call);
}

const std::string& token_for_family(const Operation& operation,
                                    const std::string& admin,
                                    const std::string& system) {
  return operation.family == ApiFamily::kSystem ? system : admin;
}

/// Refused for lack of rights, or as if it were not there.
void check_refused(const Operation& operation, const Response& response) {
  INFO(name_of(operation.method) << ' ' << operation.pattern << ": " << response.status << ' '
                                 << response.bytes());
  CHECK((response.status == 403 || response.status == 404));
}

TEST_CASE("an organization's administrators are refused by every operation on another's") {
  Offices offices;
  const std::string roles = R"([{"role":"workspace_administrator","workspace_id":"acme"}])";
  const std::string admin = offices.token_with(roles);
  const std::string system = offices.token_with(roles, "system");
  const std::uint64_t before = offices.log_size();
  for (const Operation* operation : all_operations()) {
    if (operation->family == ApiFamily::kRoot) {
      continue;
    }
    const Response response =
        call_in(offices, token_for_family(*operation, admin, system), *operation, "beta");
    const bool about_office = operation->pattern.find("{ipID}") != std::string::npos ||
                              operation->pattern.find("{wid}") != std::string::npos;
    if (about_office || operation->permission) {
      check_refused(*operation, response);
    } else {
      INFO(operation->pattern << ": " << response.bytes());
      CHECK(response.status < 500);
      CHECK(response.bytes().find("beta") == std::string_view::npos);
    }
  }
  CHECK(offices.log_size() == before);
}

TEST_CASE("whoever may only read is refused by every operation that changes something") {
  Offices offices;
  const std::string admin = offices.token_with(R"([{"role":"auditor"}])");
  const std::string system = offices.token_with(R"([{"role":"auditor"}])", "system");
  const std::set<std::string_view> computes{"verifyPassword", "verifyPasswordV2"};
  const std::uint64_t before = offices.log_size();
  for (const Operation* operation : all_operations()) {
    const bool asks = operation->id == "systemGetUserByKey";
    if (operation->family == ApiFamily::kRoot || is_read(*operation) || asks) {
      continue;
    }
    const Response response =
        call_in(offices, token_for_family(*operation, admin, system), *operation, "acme");
    INFO(operation->pattern << ": " << response.status << ' ' << response.bytes());
    CHECK(response.status >= 400);
    CHECK(response.status < 500);
    if (operation->permission && !computes.contains(operation->id)) {
      CHECK(response.status == 403);
    }
  }
  CHECK(offices.log_size() == before);
}

TEST_CASE("a client without roles may do nothing and sees nothing") {
  Offices offices;
  const std::string admin = offices.token_with("[]");
  const std::string system = offices.token_with("[]", "system");
  const std::uint64_t before = offices.log_size();
  for (const Operation* operation : all_operations()) {
    if (operation->family == ApiFamily::kRoot) {
      continue;
    }
    const Response response =
        call_in(offices, token_for_family(*operation, admin, system), *operation, "acme");
    if (operation->permission) {
      check_refused(*operation, response);
    } else {
      CHECK(response.bytes().find("acme") == std::string_view::npos);
    }
  }
  CHECK(offices.log_size() == before);
}

struct Named {
  std::string variable;  // of a path
  std::string own;
  std::string foreign;
};

constexpr std::string_view kAbsent = "nowhere";

/// The variables of `target` whose values others may have, too.
std::vector<Named> named_in(const std::string& target, const std::string& beta_client) {
  std::vector<Named> found;
  for (const Named& named : {Named{"{wid}", "acme", "beta"},
                             Named{"{ipID}", "acmepool", "betapool"},
                             Named{"{userID}", "acmeuser", "betauser"},
                             Named{"{groupID}", "acmegroup", "betagroup"},
                             Named{"{schID}", "default_payload", "betaschema"},
                             Named{"{clientID}", "nobody", beta_client},
                             Named{"{planID}", "noplan", "betaplan"},
                             Named{"{streamID}", "nostream", "betastream"}}) {
    if (target.find(named.variable) != std::string::npos) {
      found.push_back(named);
    }
  }
  return found;
}

/// Every choice of own, foreign and absent values, without that of own ones alone.
std::vector<std::vector<int>> choices_for(std::size_t variables) {
  std::vector<std::vector<int>> choices{{}};
  for (std::size_t i = 0; i < variables; ++i) {
    std::vector<std::vector<int>> longer;
    for (const auto& choice : choices) {
      for (int value = 0; value < 3; ++value) {
        longer.push_back(choice);
        longer.back().push_back(value);
      }
    }
    choices = std::move(longer);
  }
  choices.erase(choices.begin());
  return choices;
}

/// Status and code of the answer, with the variables as chosen.
std::string answer_to(Offices& offices,
                      const std::string& token,
                      const Operation& operation,
                      const std::vector<Named>& variables,
                      const std::vector<int>& choice) {
  Operation filled = operation;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Named& named = variables[i];
    const std::string value = choice[i] == 0   ? named.own
                              : choice[i] == 1 ? named.foreign
                                               : std::string{kAbsent};
    filled.pattern.replace(filled.pattern.find(named.variable), named.variable.size(), value);
  }
  const Response response = call_in(offices, token, filled, "acme");
  const bool is_ours =
      operation.family == ApiFamily::kMuster || operation.family == ApiFamily::kAudit;
  const std::string code = member_of(response, is_ours ? "code" : "error_code");
  return std::to_string(response.status) + " " + code;
}

/// What only the other organization has, of each kind that a path can name.
std::string make_foreign_things(Offices& offices) {
  const Response client = offices.muster(
      Method::kPost,
      "/clients",
      R"({"workspace_id":"admin","roles":[{"role":"auditor","workspace_id":"beta"}]})");
  Offices::must(201, client);
  Offices::must(
      201,
      offices.stack.admin(Method::kPost,
                          "/schemas",
                          R"({"id":"betaschema","name":"b","schema":{"type":"object"}})"));
  Offices::must(
      201,
      offices.stack.admin(Method::kPost,
                          "/workspace/beta/pools",
                          R"({"id":"b2","name":"b2","metadata_schema_id":"betaschema"})"));
  for (const std::string office : {"acme", "beta"}) {
    Offices::must(201,
                  offices.stack.admin(Method::kPost,
                                      "/pools/" + office + "pool/groups",
                                      R"({"id":")" + office + R"(group","name":"g"})"));
  }
  return member_of(client, "id");
}

// N-17
TEST_CASE("what others have answers like what is not there, whatever operation names it") {
  Offices offices;
  const std::string roles = R"([{"role":"workspace_administrator","workspace_id":"acme"}])";
  const std::string admin = offices.token_with(roles);
  const std::string system = offices.token_with(roles, "system");
  const std::string client = make_foreign_things(offices);
  std::size_t compared = 0;
  for (const Operation* operation : all_operations()) {
    if (operation->family == ApiFamily::kRoot) {
      continue;
    }
    const std::string& token = token_for_family(*operation, admin, system);
    const auto variables = named_in(operation->pattern, client);
    for (const auto& choice : choices_for(variables.size())) {
      const auto foreign = std::ranges::find(choice, 1);
      if (foreign == choice.end()) {
        continue;
      }
      auto absent = choice;
      absent[static_cast<std::size_t>(foreign - choice.begin())] = 2;
      INFO(operation->pattern << ' ' << name_of(operation->method) << ' ' << choice.front()
                              << choice.back());
      CHECK(answer_to(offices, token, *operation, variables, choice) ==
            answer_to(offices, token, *operation, variables, absent));
      ++compared;
    }
  }
  CHECK(compared > 200);
}

// N-08, N-17
TEST_CASE("a cursor that names another's pool is as unknown as one that names none") {
  Offices offices;
  const std::string roles = R"([{"role":"workspace_administrator","workspace_id":"acme"}])";
  const std::string system = offices.token_with(roles, "system");
  const auto page = [&](const std::string& parameter, const std::string& id) {
    const Response list =
        offices.with(system,
                     Method::kGet,
                     "/api/identity/default/system/pools?sort=name&" + parameter + "=" + id);
    return std::to_string(list.status) + member_of(list, "error_code");
  };
  for (const std::string parameter : {"after_pool_id", "before_pool_id"}) {
    CHECK(page(parameter, "betapool") == "400unknown_cursor");
    CHECK(page(parameter, "nowhere") == "400unknown_cursor");
    CHECK(page(parameter, "acmepool") == "200");
  }
}

/// "get_identity_pool" and so on, as `permissions` tells them.
std::set<std::string> told_permissions(Offices& offices, const std::string& token) {
  const Response told =
      offices.with(token, Method::kGet, "/api/identity/default/admin/pools/acmepool/permissions");
  Offices::must(200, told);
  const auto document = parse_json(told.bytes());
  std::set<std::string> may;
  for (const auto& [name, value] : document->root().members()) {
    if (value.as_bool()) {
      may.emplace(name);
    }
  }
  return may;
}

// N-17
TEST_CASE("a caller may do exactly what the permissions of a pool say") {
  Offices offices;
  for (const Role& role : every_role()) {
    const bool whole_tenant = role.name == kTenantAdministrator;
    const std::string roles = R"([{"role":")" + std::string{role.name} + "\"" +
                              (whole_tenant ? "" : R"(,"workspace_id":"acme")") + "}]";
    const std::string token = offices.token_with(roles);
    const auto may = told_permissions(offices, token);
    for (const Operation* operation : all_operations()) {
      const bool of_pool = operation->pattern.find("{ipID}") != std::string::npos;
      const bool is_last = operation->method == Method::kDelete;
      if (operation->family != ApiFamily::kAdmin || !of_pool || !operation->permission || is_last) {
        continue;
      }
      const std::string name{kPermissionNames[static_cast<std::size_t>(*operation->permission)]};
      const Response response = call_in(offices, token, *operation, "acme");
      INFO(role.name << ' ' << operation->id << ' ' << response.bytes());
      const bool told_no = member_of(response, "error_code") == "missing_permission";
      // Metadata is asked for by its kind, which the operation's own permission does not say.
      if (operation->pattern.find("{metadataType}") == std::string::npos) {
        CHECK(told_no == !may.contains(name));
      }
    }
  }
}

}  // namespace
}  // namespace muster::test
