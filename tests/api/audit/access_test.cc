#include "tests/api/audit/reviewer.h"
#include "tests/api/directory/root_tenant.h"

namespace muster::test {
namespace {

TEST_CASE("personal values are for who may see what they were") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada Lovelace"})");
  const std::string path = reviewer.user_path("acmeuser") + "/history";

  struct Row {
    std::string roles;
    int status;
    bool personal;
  };

  const Row rows[] = {
      {R"([{"role":"auditor"}])", 200, false},
      {R"([{"role":"auditor","pool_id":"acmepool"}])", 200, false},
      {R"([{"role":"auditor","pool_id":"betapool"}])", 404, false},
      {R"([{"role":"personal_auditor"}])", 200, true},
      {R"([{"role":"personal_auditor","workspace_id":"acme"}])", 200, true},
      {R"([{"role":"auditor"},{"role":"personal_auditor","pool_id":"betapool"}])", 200, false},
      {R"([{"role":"pool_administrator","pool_id":"acmepool"}])", 200, false},
      {R"([{"role":"user_manager","pool_id":"acmepool"}])", 403, false},
      {R"([{"role":"tenant_administrator"}])", 200, true},
  };
  for (const Row& row : rows) {
    INFO(row.roles);
    const Response page = reviewer.ask_as(reviewer.token_with(row.roles), path);
    CHECK(page.status == row.status);
    CHECK((page.bytes().find("Lovelace") != std::string_view::npos) == row.personal);
    if (row.status == 200 && !row.personal) {
      CHECK(at(page, "/events/0/hidden") == R"([{"name":"payload","why":"personal"}])");
    }
  }
}

TEST_CASE("secrets are shown to nobody") {
  Reviewer reviewer;
  reviewer.stack.make_user(
      "acmepool",
      "eve",
      R"(,"credentials":[{"type":"password","password":"correct horse battery"}])");
  const Response page = reviewer.ask(reviewer.user_path("eve") + "/history");
  Offices::must(200, page);
  CHECK(at(page, "/events/0/hidden") == R"([{"name":"credentials","why":"secret"}])");
  const Response keys = reviewer.ask("/events?type=signing_key");
  CHECK(at(keys, "/events/0/hidden") == R"([{"name":"private_jwk","why":"secret"}])");
  CHECK(keys.bytes().find("\"d\":") == std::string_view::npos);
  CHECK(at(reviewer.ask("/events?type=client.created&limit=1"), "/events/0/hidden") ==
        R"([{"name":"secret_digest","why":"secret"}])");
}

TEST_CASE("the whole log is for who may read the history of the tenant") {
  Reviewer reviewer;
  const std::string of_pool =
      reviewer.token_with(R"([{"role":"personal_auditor","pool_id":"acmepool"}])");
  const std::string stream = reviewer.stream_of("acmeuser");
  for (const std::string& path : {std::string{"/events"},
                                  "/streams/" + stream + "/history",
                                  "/streams/" + stream + "/blame",
                                  "/diff?stream=" + stream,
                                  std::string{"/diff"},
                                  std::string{"/schemas/default_payload/history"}}) {
    INFO(path);
    const Response refused = reviewer.ask_as(of_pool, path);
    CHECK(refused.status == 403);
    CHECK(member_of(refused, "code") == "missing_permission");
  }
}

TEST_CASE("a token of the workspace system needs the scope audit") {
  Reviewer reviewer;
  CHECK(reviewer.ask_as(reviewer.stack.token("system", "identity"), "/events").status == 403);
  const Response made = reviewer.muster(
      Method::kPost,
      "/clients",
      R"({"workspace_id":"system","scopes":["audit"],"roles":[{"role":"auditor"}]})");
  Offices::must(201, made);
  const std::string token =
      reviewer.token_for(member_of(made, "id"), member_of(made, "client_secret"), "system");
  CHECK(reviewer.ask_as(token, "/events").status == 200);
  const Response users =
      reviewer.with(token, Method::kGet, "/api/identity/default/system/pools/acmepool/users");
  CHECK(users.status == 403);
}

TEST_CASE("another tenant's token opens nothing") {
  Reviewer reviewer;
  const std::string foreign = root_token(reviewer.stack);
  const std::string stream = reviewer.stream_of("acmeuser");
  CHECK(reviewer.ask_as(foreign, "/events").status == 401);
  // In its own tenant it does not find what is here.
  const Response own =
      reviewer.with(foreign, Method::kGet, "/audit/system/streams/" + stream + "/history");
  CHECK((own.status == 403 || own.status == 404));
  CHECK(reviewer.with({}, Method::kGet, "/audit/default/events").status == 401);
}

}  // namespace
}  // namespace muster::test
