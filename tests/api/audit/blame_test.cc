#include <optional>

#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

/// What blame says of a pointer; nothing when it does not know it.
std::optional<JsonValue> blamed(const JsonDocument& blame, std::string_view pointer) {
  for (const JsonValue value : blame.root().find("values")->elements()) {
    if (value.find("pointer")->as_string() == pointer) {
      return value;
    }
  }
  return std::nullopt;
}

std::string text_of(const std::optional<JsonValue>& value, std::string_view member) {
  const auto found = value ? value->find(member) : std::nullopt;
  return found ? found->minified() : "absent";
}

JsonDocument blame_of(Reviewer& reviewer, const std::string& path, const std::string& token = {}) {
  const Response response = token.empty() ? reviewer.ask(path) : reviewer.ask_as(token, path);
  Offices::must(200, response);
  return *parse_json(response.bytes());
}

TEST_CASE("each value of a user names the event that set it") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"a":1,"b":{"c":true}})");
  reviewer.set_payload("acmeuser", R"({"a":2,"b":{"c":true},"d":[]})");
  const JsonDocument blame = blame_of(reviewer, reviewer.user_path("acmeuser") + "/blame");
  const auto revision = [&](std::string_view pointer) {
    return text_of(blamed(blame, pointer), "revision");
  };
  CHECK(revision("/user_pool_id") == "1");
  CHECK(revision("/payload/a") == "3");
  CHECK(revision("/payload/b/c") == "2");
  CHECK(revision("/payload/d") == "3");
  CHECK(revision("/payload") == "absent");
  CHECK(text_of(blamed(blame, "/payload/a"), "value") == "2");
  CHECK(text_of(blamed(blame, "/payload/a"), "type") == "\"user.payload_replaced\"");
  CHECK(text_of(blamed(blame, "/payload/a"), "request_id") == "\"request-of-a-test\"");
  CHECK(text_of(blamed(blame, "/payload/a"), "client_id") != "absent");
}

TEST_CASE("an element keeps its blame when the one before it goes") {
  Reviewer reviewer;
  const std::string identifiers = reviewer.user_path("acmeuser") + "/identifiers";
  for (const std::string name : {"first", "second"}) {
    const Response added = reviewer.stack.system(
        Method::kPost, identifiers + "/add", R"({"type":"uid","identifier":")" + name + "\"}");
    REQUIRE(added.status < 300);
  }
  const std::string path = reviewer.user_path("acmeuser") + "/blame";
  const JsonDocument before = blame_of(reviewer, path);
  REQUIRE(text_of(blamed(before, "/identifiers/1/identifier"), "value") == "\"second\"");
  REQUIRE(reviewer.stack.system(Method::kPost, identifiers + "/remove", R"({"identifier":"first"})")
              .status < 300);
  const JsonDocument after = blame_of(reviewer, path);
  CHECK(text_of(blamed(after, "/identifiers/0/identifier"), "value") == "\"second\"");
  CHECK(text_of(blamed(after, "/identifiers/0/identifier"), "revision") == "3");
}

TEST_CASE("groups and roles are part of what is blamed") {
  Reviewer reviewer;
  Offices::must(201,
                reviewer.stack.admin(
                    Method::kPost, "/pools/acmepool/groups", R"({"id":"staff","name":"staff"})"));
  Offices::must(204,
                reviewer.stack.admin(Method::kPut, "/pools/acmepool/groups/staff/users/acmeuser"));
  Offices::must(200,
                reviewer.muster(Method::kPut,
                                "/pools/acmepool/users/acmeuser/roles",
                                R"({"roles":[{"role":"user_manager","pool_id":"acmepool"}]})"));
  const JsonDocument blame = blame_of(reviewer, reviewer.user_path("acmeuser") + "/blame");
  CHECK(text_of(blamed(blame, "/groups/0/group_id"), "type") == "\"user.group_joined\"");
  CHECK(text_of(blamed(blame, "/roles/0/role"), "value") == "\"user_manager\"");
  CHECK(text_of(blamed(blame, "/roles/0/role"), "type") == "\"user.roles_replaced\"");
}

TEST_CASE("pools, schemas and groups are blamed, too") {
  Reviewer reviewer;
  Offices::must(
      201,
      reviewer.stack.admin(Method::kPost, "/schemas", R"({"id":"s","name":"old","schema":{}})"));
  Offices::must(
      200,
      reviewer.stack.admin(Method::kPut, "/schemas/s", R"({"id":"s","name":"new","schema":{}})"));
  Offices::must(201,
                reviewer.stack.admin(
                    Method::kPost, "/pools/acmepool/groups", R"({"id":"staff","name":"staff"})"));
  CHECK(text_of(blamed(blame_of(reviewer, "/schemas/s/blame"), "/name"), "revision") == "2");
  CHECK(text_of(blamed(blame_of(reviewer, "/schemas/s/blame"), "/id"), "revision") == "1");
  CHECK(text_of(blamed(blame_of(reviewer, "/pools/acmepool/blame"), "/name"), "type") ==
        "\"pool.created\"");
  CHECK(text_of(blamed(blame_of(reviewer, "/pools/acmepool/groups/staff/blame"), "/name"),
                "value") == "\"staff\"");
}

TEST_CASE("who may not see personal values sees that they are there, and who set them") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada Lovelace"})");
  const std::string token = reviewer.token_with(R"([{"role":"auditor"}])");
  const std::string path = reviewer.user_path("acmeuser") + "/blame";
  const Response response = reviewer.ask_as(token, path);
  CHECK(response.bytes().find("Lovelace") == std::string_view::npos);
  CHECK(response.bytes().find("\"acmeuser\"") == std::string_view::npos);
  const JsonDocument blame = blame_of(reviewer, path, token);
  CHECK(text_of(blamed(blame, "/payload"), "hidden") == "\"personal\"");
  CHECK(text_of(blamed(blame, "/payload"), "value") == "absent");
  CHECK(text_of(blamed(blame, "/payload"), "revision") == "2");
  CHECK(text_of(blamed(blame, "/status"), "value") == "\"active\"");
}

TEST_CASE("of what is gone there is nothing to blame but its end") {
  Reviewer reviewer;
  const std::string stream = reviewer.stream_of("acmeuser");
  Offices::must(204, reviewer.stack.admin(Method::kDelete, reviewer.user_path("acmeuser")));
  const Response gone = reviewer.ask("/streams/" + stream + "/blame");
  Offices::must(200, gone);
  CHECK(at(gone, "/exists") == "false");
  CHECK(at(gone, "/erased") == "false");
  CHECK(at(gone, "/last_event/type") == "\"user.deleted\"");
  CHECK(at(gone, "/values") == "[]");
}

}  // namespace
}  // namespace muster::test
