#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

constexpr std::string_view kAcmeAdministrator =
    R"([{"role":"workspace_administrator","workspace_id":"acme"}])";

std::string client_body(std::string_view roles) {
  return R"({"workspace_id":"admin","roles":)" + std::string{roles} + "}";
}

TEST_CASE("a client's secret is shown once, and works until it is rotated") {
  Offices offices;
  const Response made = offices.muster(Method::kPost, "/clients", client_body(kAcmeAdministrator));
  Offices::must(201, made);
  CHECK(made.header("Cache-Control") == "no-store");
  const std::string id = member_of(made, "id");
  const std::string secret = member_of(made, "client_secret");
  CHECK_FALSE(offices.token_for(id, secret).empty());

  const Response read = offices.muster(Method::kGet, "/clients/" + id);
  Offices::must(200, read);
  CHECK(member_of(read, "client_secret").empty());

  const Response rotated = offices.muster(Method::kPost, "/clients/" + id + "/secret");
  Offices::must(200, rotated);
  CHECK(member_of(rotated, "client_secret") != secret);
  CHECK_FALSE(offices.stack.services()
                  .tokens.issue({"issuer", "default", "admin", id, secret, {}})
                  .has_value());
  Offices::must(204, offices.muster(Method::kDelete, "/clients/" + id));
  Offices::must(404, offices.muster(Method::kGet, "/clients/" + id));
}

TEST_CASE("a repeated creation of a client answers without its secret") {
  Offices offices;
  Call call{Method::kPost,
            "/api/muster/default/clients",
            client_body(kAcmeAdministrator),
            {{"Authorization", "Bearer " + offices.stack.token("admin")},
             {"Content-Type", "application/json"},
             {"X-Idempotency-Key", std::string(32, 'k')}}};
  const Response first = offices.stack.send(call);
  const Response again = offices.stack.send(call);
  Offices::must(201, first);
  Offices::must(201, again);
  CHECK(member_of(again, "id") == member_of(first, "id"));
  CHECK(member_of(again, "client_secret").empty());
}

TEST_CASE("nobody grants more than they have") {
  Offices offices;
  const std::string token = offices.token_with(kAcmeAdministrator);
  const auto create = [&](std::string_view roles) {
    return offices.with(token, Method::kPost, "/api/muster/default/clients", client_body(roles))
        .status;
  };
  CHECK(create(R"([{"role":"user_manager","workspace_id":"acme"}])") == 201);
  CHECK(create(R"([{"role":"auditor","pool_id":"acmepool"}])") == 201);
  CHECK(create(R"([{"role":"user_manager","workspace_id":"beta"}])") == 404);
  CHECK(create(R"([{"role":"auditor","pool_id":"betapool"}])") == 422);
  CHECK(create(R"([{"role":"auditor"}])") == 403);
  CHECK(create(R"([{"role":"tenant_administrator"}])") == 403);
  CHECK(create("[]") == 403);
}

TEST_CASE("clients of another organization are as good as not there") {
  Offices offices;
  const std::string token = offices.token_with(kAcmeAdministrator);
  const Response other = offices.muster(
      Method::kPost, "/clients", client_body(R"([{"role":"auditor","workspace_id":"beta"}])"));
  Offices::must(201, other);
  const std::string path = "/api/muster/default/clients/" + member_of(other, "id");
  CHECK(offices.with(token, Method::kGet, path).status == 404);
  CHECK(offices.with(token, Method::kDelete, path).status == 404);
  CHECK(offices.with(token, Method::kPost, path + "/secret").status == 404);
  CHECK(offices.with(token, Method::kPut, path + "/roles", R"({"roles":[]})").status == 404);
  const Response list = offices.with(token, Method::kGet, "/api/muster/default/clients");
  CHECK(list.bytes().find(member_of(other, "id")) == std::string_view::npos);
}

TEST_CASE("roles that are taken back stop working at once") {
  Offices offices;
  const Response made = offices.muster(Method::kPost, "/clients", client_body(kAcmeAdministrator));
  const std::string id = member_of(made, "id");
  const std::string token = offices.token_for(id, member_of(made, "client_secret"));
  const std::string pool = "/api/identity/default/admin/pools/acmepool";
  CHECK(offices.with(token, Method::kGet, pool).status == 200);
  Offices::must(200, offices.muster(Method::kPut, "/clients/" + id + "/roles", R"({"roles":[]})"));
  CHECK(offices.with(token, Method::kGet, pool).status == 404);
}

TEST_CASE("a role that can hold nowhere is refused with a pointer to it") {
  Offices offices;
  const auto refusal = [&](std::string_view roles) {
    const Response response = offices.muster(Method::kPost, "/clients", client_body(roles));
    return std::to_string(response.status) + std::string{response.bytes()};
  };
  CHECK(refusal(R"([{"role":"king"}])").find("/roles/0/role") != std::string::npos);
  CHECK(refusal(R"([{"role":"auditor","pool_id":"none"}])").find("/roles/0/pool_id") !=
        std::string::npos);
  CHECK(refusal(R"([{"role":"auditor"},{"role":"auditor"}])").find("/roles/1") !=
        std::string::npos);
  CHECK(refusal(R"([{"role":"tenant_administrator","workspace_id":"acme"}])").starts_with("422"));
  CHECK(refusal(R"([{"role":"auditor","workspace_id":"none"}])").starts_with("404"));
}

TEST_CASE("administrators of a pool make its users user managers and nothing else") {
  Offices offices;
  const std::string token =
      offices.token_with(R"([{"role":"pool_administrator","pool_id":"acmepool"}])");
  const std::string path = "/api/muster/default/pools/acmepool/users/acmeuser/roles";
  const auto grant = [&](std::string_view roles) {
    return offices.with(token, Method::kPut, path, R"({"roles":)" + std::string{roles} + "}")
        .status;
  };
  CHECK(grant(R"([{"role":"user_manager","pool_id":"acmepool"}])") == 200);
  CHECK(grant(R"([{"role":"user_manager","pool_id":"betapool"}])") == 422);
  CHECK(grant(R"([{"role":"pool_administrator","pool_id":"acmepool"}])") == 403);
  const Response read = offices.with(token, Method::kGet, path);
  CHECK(read.bytes() == R"({"roles":[{"role":"user_manager","pool_id":"acmepool"}]})");
}

}  // namespace
}  // namespace muster::test
