// What delegated administrators can get at by ids: nothing that is not theirs.
#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

constexpr std::string_view kAcme = R"([{"role":"workspace_administrator","workspace_id":"acme"}])";
constexpr std::string_view kBeta = R"([{"role":"workspace_administrator","workspace_id":"beta"}])";
constexpr std::string_view kClients = "/api/muster/default/clients";

/// With tokens of administrators of both organizations.
struct Delegates : Offices {
  std::string acme = token_with(kAcme);
  std::string beta = token_with(kBeta);

  void make_pool(const std::string& token, const std::string& office, const std::string& id) {
    must(201,
         with(token,
              Method::kPost,
              "/api/identity/default/admin/workspace/" + office + "/pools",
              R"({"id":")" + id + R"(","name":")" + id + "\"}"));
  }

  void delete_pool(const std::string& token, const std::string& id) {
    must(204, with(token, Method::kDelete, "/api/identity/default/admin/pools/" + id));
  }

  Response create(const std::string& token, const std::string& body) {
    return with(token, Method::kPost, std::string{kClients}, body);
  }

  Response at_client(const std::string& token, Method method, const std::string& rest) {
    return with(token, method, std::string{kClients} + "/" + rest);
  }
};

std::string told(const Response& response) {
  return std::to_string(response.status) + " " + member_of(response, "code");
}

TEST_CASE("a pool that is made again under an old id gives nobody the clients of the old one") {
  Delegates offices;
  offices.make_pool(offices.beta, "beta", "zz1");
  const Response made = offices.create(
      offices.beta,
      R"({"workspace_id":"admin","roles":[{"role":"pool_administrator","pool_id":"zz1"}]})");
  Offices::must(201, made);
  const std::string id = member_of(made, "id");
  offices.delete_pool(offices.beta, "zz1");
  offices.make_pool(offices.acme, "acme", "zz1");

  for (const std::string& token : {offices.acme, offices.beta}) {
    CHECK(offices.at_client(token, Method::kGet, id).status == 404);
    CHECK(offices.at_client(token, Method::kPost, id + "/secret").status == 404);
    CHECK(offices.at_client(token, Method::kDelete, id).status == 404);
    CHECK(offices.with(token, Method::kGet, std::string{kClients}).bytes().find(id) ==
          std::string_view::npos);
  }
  CHECK(offices.muster(Method::kGet, "/clients/" + id).status == 200);
  CHECK(offices.muster(Method::kDelete, "/clients/" + id).status == 204);
}

TEST_CASE("a role of a pool that is gone is shown no more, and does not stand in the way") {
  Delegates offices;
  offices.make_pool(offices.acme, "acme", "zz1");
  const Response made =
      offices.create(offices.acme,
                     R"({"workspace_id":"admin","roles":[{"role":"auditor","pool_id":"zz1"},)"
                     R"({"role":"auditor","pool_id":"acmepool"}]})");
  Offices::must(201, made);
  const std::string id = member_of(made, "id");
  offices.delete_pool(offices.acme, "zz1");
  const Response read = offices.at_client(offices.acme, Method::kGet, id);
  Offices::must(200, read);
  CHECK(read.bytes().find("zz1") == std::string_view::npos);
  CHECK(read.bytes().find("acmepool") != std::string_view::npos);
  // The cached answer is no good any more, but nobody has changed the client.
  CHECK(read.header("ETag") != made.header("ETag"));
  CHECK(offices.with(offices.acme, Method::kGet, std::string{kClients}).bytes().find("zz1") ==
        std::string_view::npos);
  CHECK(offices.at_client(offices.acme, Method::kPost, id + "/secret").status == 200);
  const Response now = offices.at_client(offices.acme, Method::kGet, id);
  Call call{
      Method::kDelete,
      std::string{kClients} + "/" + id,
      {},
      {{"Authorization", "Bearer " + offices.acme}, {"If-Match", std::string{now.header("ETag")}}}};
  CHECK(offices.stack.send(call).status == 204);
}

TEST_CASE("clients are put into a workspace by who may give roles there") {
  Delegates offices;
  const auto create = [&](const std::string& workspace) {
    return told(offices.create(offices.acme,
                               R"({"workspace_id":")" + workspace +
                                   R"(","roles":[{"role":"auditor","workspace_id":"acme"}]})"));
  };
  CHECK(create("acme") == "201 ");
  CHECK(create("admin") == "201 ");
  CHECK(create("system") == "201 ");
  CHECK(create("beta") == "404 workspace_not_found");
  CHECK(create("default") == "404 workspace_not_found");
  CHECK(create("nowhere") == "404 workspace_not_found");
}

TEST_CASE("nobody gives a client scopes that they have not themselves") {
  Delegates offices;
  const auto create = [&](const std::string& scopes) {
    return told(offices.create(offices.acme,
                               R"({"workspace_id":"system","scopes":[)" + scopes +
                                   R"(],"roles":[{"role":"auditor","workspace_id":"acme"}]})"));
  };
  CHECK(create(R"("identity","read_configuration")") == "201 ");
  CHECK(create(R"("identity","audit")") == "403 missing_scope");
  const Response by_all = offices.muster(
      Method::kPost,
      "/clients",
      R"({"workspace_id":"system","scopes":["audit"],"roles":[{"role":"auditor"}]})");
  CHECK(by_all.status == 201);
}

TEST_CASE("a role names only pools and workspaces that the caller may know of") {
  Delegates offices;
  const std::string none = offices.token_with("[]");
  for (const std::string& token : {offices.acme, none}) {
    const auto create = [&](const std::string& place) {
      return told(offices.create(
          token, R"({"workspace_id":"admin","roles":[{"role":"user_manager",)" + place + "}]}"));
    };
    CHECK(create(R"("pool_id":"betapool")") == create(R"("pool_id":"nowhere")"));
    CHECK(create(R"("workspace_id":"beta")") == create(R"("workspace_id":"nowhere")"));
  }
}

TEST_CASE("the last administrator of a tenant stays one") {
  Delegates offices;
  const Response list = offices.muster(Method::kGet, "/clients");
  std::string first;
  const auto document = parse_json(list.bytes());
  for (const JsonValue client : document->root().find("clients")->elements()) {
    if (client.find("workspace_id")->as_string() == "admin" &&
        client.minified().find("tenant_administrator") != std::string::npos) {
      CHECK(first.empty());
      first = client.find("id")->as_string();
    }
  }
  const std::string roles = R"({"roles":[{"role":"auditor"}]})";
  const Response kept = offices.muster(Method::kPut, "/clients/" + first + "/roles", roles);
  CHECK(told(kept) == "409 last_tenant_administrator");
  CHECK(told(offices.muster(Method::kDelete, "/clients/" + first)) ==
        "409 last_tenant_administrator");

  // One of another workspace could give nobody the role.
  const std::string tenant = R"("roles":[{"role":"tenant_administrator"}]})";
  Offices::must(201,
                offices.muster(Method::kPost, "/clients", R"({"workspace_id":"system",)" + tenant));
  CHECK(offices.muster(Method::kDelete, "/clients/" + first).status == 409);
  Offices::must(201,
                offices.muster(Method::kPost, "/clients", R"({"workspace_id":"admin",)" + tenant));
  CHECK(offices.muster(Method::kPut, "/clients/" + first + "/roles", roles).status == 200);
}

}  // namespace
}  // namespace muster::test
