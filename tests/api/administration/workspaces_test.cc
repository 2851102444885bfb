#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

TEST_CASE("an organization belongs to a workspace and to no other organization") {
  Offices offices;
  const Response read = offices.muster(Method::kGet, "/workspaces/acme");
  CHECK(member_of(read, "parent_id") == "default");
  const Response nested =
      offices.muster(Method::kPost, "/workspaces/acme/organizations", R"({"id":"inner"})");
  CHECK(nested.status == 422);
  CHECK(nested.bytes().find(R"("pointer":"wid")") != std::string_view::npos);
  const Response list = offices.muster(Method::kGet, "/workspaces/default/organizations");
  CHECK(list.bytes().find("acme") != std::string_view::npos);
  CHECK(offices.muster(Method::kGet, "/workspaces").bytes().find("acme") == std::string_view::npos);
}

TEST_CASE("a workspace is deleted once nothing belongs to it") {
  Offices offices;
  CHECK(member_of(offices.muster(Method::kDelete, "/workspaces/default"), "code") ==
        member_of(offices.muster(Method::kDelete, "/workspaces/admin"), "code"));
  CHECK(offices.muster(Method::kDelete, "/workspaces/acme").status == 409);
  Offices::must(204, offices.stack.admin(Method::kDelete, "/workspace/acme/pools/acmepool"));
  CHECK(offices.muster(Method::kDelete, "/workspaces/acme").status == 204);
  CHECK(offices.muster(Method::kGet, "/workspaces/acme").status == 404);
}

TEST_CASE("a workspace stays while somebody has a role in it") {
  Offices offices;
  Offices::must(204, offices.stack.admin(Method::kDelete, "/workspace/acme/pools/acmepool"));
  const Response made = offices.muster(
      Method::kPost,
      "/clients",
      R"({"workspace_id":"admin","roles":[{"role":"auditor","workspace_id":"acme"}]})");
  Offices::must(201, made);
  const Response refused = offices.muster(Method::kDelete, "/workspaces/acme");
  CHECK(refused.status == 409);
  CHECK(member_of(refused, "code") == "workspace_in_use");
  Offices::must(204, offices.muster(Method::kDelete, "/clients/" + member_of(made, "id")));
  CHECK(offices.muster(Method::kDelete, "/workspaces/acme").status == 204);
}

TEST_CASE("web origins are origins") {
  Offices offices;
  const auto put = [&](std::string_view origin) {
    return offices
        .muster(Method::kPut,
                "/workspaces/acme",
                R"({"name":"Acme","cors_origins":[")" + std::string{origin} + "\"]}")
        .status;
  };
  CHECK(put("https://app.acme.test") == 200);
  CHECK(put("http://localhost:3000") == 200);
  CHECK(put("*") == 200);
  CHECK(put("https://app.acme.test/path") == 422);
  CHECK(put("app.acme.test") == 422);
  CHECK(put("javascript://x") == 422);
  CHECK(put("https://[::1]:8443") == 200);
  for (const std::string_view wrong : {"https://:::",
                                       "https://[",
                                       "https://a:99999999",
                                       "https://a:0",
                                       "https://",
                                       "https://ann@a.test",
                                       "https://A.test",
                                       "https://a.test?x"}) {
    INFO(wrong);
    CHECK(put(wrong) == 422);
  }
}

TEST_CASE("connecting a pool answers with the tag that the pool then has") {
  Offices offices;
  for (const Method method : {Method::kPut, Method::kPut, Method::kDelete}) {
    const Response changed = offices.muster(method, "/workspaces/acme/pools/betapool");
    Offices::must(204, changed);
    const Response read = offices.stack.admin(Method::kGet, "/pools/betapool");
    CHECK(changed.header("ETag") == read.header("ETag"));
  }
}

// N-13
TEST_CASE("an organization sees its own pools, and those connected with it") {
  Offices offices;
  const std::string token =
      offices.token_with(R"([{"role":"workspace_administrator","workspace_id":"acme"}])");
  const auto sees = [&](std::string_view path, std::string_view what) {
    const Response list =
        offices.with(token, Method::kGet, "/api/identity/default/admin" + std::string{path});
    INFO(list.bytes());
    return list.bytes().find(what) != std::string_view::npos;
  };
  CHECK(sees("/pools", "acmepool"));
  CHECK_FALSE(sees("/pools", "betapool"));
  CHECK_FALSE(sees("/workspace/acme/user/pools", "acmepool"));

  Offices::must(204, offices.muster(Method::kPut, "/workspaces/acme/pools/betapool"));
  CHECK(sees("/pools", "betapool"));
  CHECK(sees("/workspace/acme/pools", "betapool"));
  CHECK(sees("/workspace/acme/user/pools", "betapool"));
  CHECK(offices.with(token, Method::kGet, "/api/identity/default/admin/pools/betapool/users")
            .status == 403);

  Offices::must(204, offices.muster(Method::kDelete, "/workspaces/acme/pools/betapool"));
  CHECK_FALSE(sees("/workspace/acme/pools", "betapool"));
  CHECK_FALSE(sees("/pools", "betapool"));
}

TEST_CASE("pools of a workspace are paged by an opaque cursor") {
  Offices offices;
  for (char letter = 'a'; letter < 'f'; ++letter) {
    const std::string id = std::string{"p"} + letter;
    Offices::must(201,
                  offices.stack.admin(Method::kPost,
                                      "/workspace/acme/pools?with_idp=true",
                                      R"({"id":")" + id + R"(","name":")" + id + "\"}"));
  }
  std::string cursor;
  std::string seen;
  for (int page = 0; page < 10; ++page) {
    const Response list =
        offices.stack.admin(Method::kGet, "/workspace/acme/user/pools?limit=2&cursor=" + cursor);
    Offices::must(200, list);
    const auto document = parse_json(list.bytes());
    for (const JsonValue pool : document->root().find("pools")->elements()) {
      seen += std::string{pool.find("id")->as_string()} + " ";
    }
    cursor = member_of(list, "cursor");
    if (cursor.empty()) {
      break;
    }
  }
  CHECK(seen == "pa pb pc pd pe ");
}

TEST_CASE("the last page of a workspace's pools has no cursor, however full it is") {
  Offices offices;
  for (const std::string id : {"pa", "pb"}) {
    Offices::must(201,
                  offices.stack.admin(Method::kPost,
                                      "/workspace/acme/pools?with_idp=true",
                                      R"({"id":")" + id + R"(","name":")" + id + "\"}"));
  }
  const auto cursor = [&](std::string_view limit) {
    return member_of(
        offices.stack.admin(Method::kGet, "/workspace/acme/user/pools?limit=" + std::string{limit}),
        "cursor");
  };
  CHECK_FALSE(cursor("1").empty());
  CHECK(cursor("2").empty());
}

TEST_CASE("a workspace sees the schemas that its pools use") {
  Offices offices;
  Offices::must(
      201,
      offices.stack.admin(
          Method::kPost, "/schemas", R"({"id":"secret","name":"s","schema":{"type":"object"}})"));
  const std::string token =
      offices.token_with(R"([{"role":"workspace_administrator","workspace_id":"acme"}])");
  const std::string root = "/api/identity/default/admin";
  CHECK(offices.with(token, Method::kGet, root + "/schemas").status == 403);
  CHECK(offices.with(token, Method::kGet, root + "/workspace/acme/schemas/secret").status == 404);
  CHECK(
      offices.with(token, Method::kGet, root + "/workspace/acme/schemas/default_payload").status ==
      200);
  Offices::must(201,
                offices.stack.admin(Method::kPost,
                                    "/workspace/acme/pools",
                                    R"({"id":"x","name":"x","metadata_schema_id":"secret"})"));
  CHECK(offices.with(token, Method::kGet, root + "/workspace/acme/schemas/secret").status == 200);
}

TEST_CASE("delegated administrators neither see metadata nor find users by it") {
  Offices offices;
  Offices::must(200,
                offices.stack.admin(Method::kPut,
                                    "/pools/acmepool/users/acmeuser/metadata/admin",
                                    R"({"metadata":{"rating":"low"}})"));
  const std::string token =
      offices.token_with(R"([{"role":"b2b_user_manager","pool_id":"acmepool"}])");
  const std::string root = "/api/identity/default/admin";
  const std::string users = root + "/b2b/pools/acmepool/users";
  const Response user = offices.with(token, Method::kGet, users + "/acmeuser");
  Offices::must(200, user);
  CHECK(user.bytes().find("low") == std::string_view::npos);
  CHECK(offices.with(token, Method::kGet, users).bytes().find("low") == std::string_view::npos);
  CHECK(offices.with(token, Method::kGet, users + "?query=%7B%22metadata%22:%7B%7D%7D").status ==
        403);
  CHECK(offices.with(token, Method::kGet, root + "/pools/acmepool/users/acmeuser").status == 403);
  CHECK(offices.with(token, Method::kPut, users + "/acmeuser", R"({"metadata":{"rating":"top"}})")
            .status == 200);
  const Response kept =
      offices.stack.admin(Method::kGet, "/pools/acmepool/users/acmeuser/metadata/admin");
  CHECK(member_of(kept, "schema_id") == "default_metadata");
  CHECK(kept.bytes().find(R"("rating":"low")") != std::string_view::npos);
}

}  // namespace
}  // namespace muster::test
