#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

/// Requests below one pool, which is made with them.
struct Tree {
  explicit Tree(const std::string& id) : pool{"/pools/" + id} { stack().make_pool(id); }

  /// `more` are members beside id and name: `,"x":1`.
  Response make(const std::string& id, const std::string& parent = {}, std::string_view more = {}) {
    std::string body = R"({"id":")" + id + R"(","name":"Name of )" + id + '"' + std::string{more};
    body += parent.empty() ? "}" : R"(,"parent_id":")" + parent + "\"}";
    return post(body);
  }

  Response post(const std::string& body) { return send(Method::kPost, "/groups", body); }

  Response get(const std::string& path) { return send(Method::kGet, path); }

  Response put(const std::string& path, const std::string& body = {}) {
    return send(Method::kPut, path, body);
  }

  Response remove(const std::string& path) { return send(Method::kDelete, path); }

  Response send(Method method, const std::string& path, const std::string& body = {}) {
    return stack().admin(method, pool + path, body);
  }

  /// The ids in a bare array, or the code of the refusal.
  std::string ids(const std::string& path) {
    const Response list = get(path);
    if (list.status != 200) {
      return at(list, "/error_code");
    }
    std::string joined;
    for (std::size_t i = 0;; ++i) {
      const std::string id = at(list, "/" + std::to_string(i) + "/id");
      if (id == "absent") {
        return joined;
      }
      joined += (joined.empty() ? "" : " ") + id.substr(1, id.size() - 2);
    }
  }

  std::string users(const std::string& path) { return column(get(path), "users", "id"); }

  std::string pool;
};

std::string fault(const Response& response) {
  return std::to_string(response.status) + " " + at(response, "/error_code") + " " +
         at(response, "/details/faults/0/pointer");
}

}  // namespace

TEST_CASE("a group shows what it was given, and the path says where it is") {
  Tree tree{"shown"};
  const Response made = tree.post(
      R"({"tenant_id":"other","user_pool_id":"other","id":"staff","name":"Staff","description":"All"})");
  CHECK(made.status == 201);
  CHECK(
      made.bytes() ==
      R"({"id":"staff","tenant_id":"default","user_pool_id":"shown","name":"Staff","description":"All"})");
  CHECK(made.header("ETag").empty());
  CHECK(tree.get("/groups/staff").bytes() == made.bytes());
  CHECK(stack().system(Method::kGet, "/pools/shown/groups/staff").bytes() == made.bytes());
  const Response nameless = tree.post(R"({"user_pool_id":"shown","parent_id":"staff"})");
  CHECK(fault(nameless) == R"(422 "invalid_request" "/name")");
  const Response unnamed = tree.post(R"({"name":"x","parent_id":"staff"})");
  CHECK(at(unnamed, "/id").size() == 38);  // a UUID and its quotes
  CHECK(at(unnamed, "/parent_id") == "\"staff\"");
}

TEST_CASE("replacing a group replaces all of it, and without a parent it moves to the top") {
  Tree tree{"moved"};
  tree.make("a");
  tree.make("b", "a", R"(,"description":"before")");
  const Response changed = tree.put("/groups/b", R"({"id":"other","name":"B"})");
  CHECK(changed.bytes() == R"({"id":"b","tenant_id":"default","user_pool_id":"moved","name":"B"})");
  CHECK(tree.ids("/groups") == "b a");  // B comes before Name of a
  const Response same = tree.put("/groups/b", R"({"name":"B"})");
  CHECK(same.bytes() == changed.bytes());
  CHECK(same.header("Muster-Position") == changed.header("Muster-Position"));
  CHECK(tree.put("/groups/a", R"({"name":"A","parent_id":"b"})").status == 200);
  CHECK(tree.ids("/groups?parent_id=b") == "a");
}

TEST_CASE("names are unique among the groups of one parent") {
  Tree tree{"namedgroups"};
  tree.make("a");
  tree.make("b");
  const Response taken = tree.post(R"({"name":"Name of a"})");
  CHECK(taken.status == 409);
  CHECK(at(taken, "/error_code") == "\"group_name_taken\"");
  CHECK(tree.post(R"({"name":"name of a"})").status == 201);  // case counts
  CHECK(tree.post(R"({"name":"Name of a","parent_id":"a"})").status == 201);
  CHECK(tree.put("/groups/b", R"({"name":"Name of a"})").status == 409);
  CHECK(at(tree.make("a", "b"), "/error_code") == "\"group_id_taken\"");
}

TEST_CASE("a parent must be a group of the pool that is not below the group, nor too deep") {
  Tree tree{"deepgroups"};
  stack().make_pool("elsewhere");
  stack().admin(Method::kPost, "/pools/elsewhere/groups", R"({"id":"x","name":"x"})");
  CHECK(fault(tree.post(R"({"name":"a","parent_id":"x"})")) ==
        R"(422 "group_parent_not_found" "/parent_id")");
  for (int i = 1; i <= 32; ++i) {
    const std::string above = i == 1 ? std::string{} : "g" + std::to_string(i - 1);
    REQUIRE(tree.make("g" + std::to_string(i), above).status == 201);
  }
  CHECK(fault(tree.make("g33", "g32")) == R"(422 "group_too_deep" "/parent_id")");
  CHECK(fault(tree.put("/groups/g2", R"({"name":"g2","parent_id":"g9"})")) ==
        R"(422 "group_cycle" "/parent_id")");
  tree.make("tree");
  CHECK(fault(tree.put("/groups/g31", R"({"name":"g31","parent_id":"nowhere"})")) ==
        R"(422 "group_parent_not_found" "/parent_id")");
  CHECK(tree.put("/groups/g31", R"({"name":"g31","parent_id":"tree"})").status == 200);
  CHECK(fault(tree.put("/groups/tree", R"({"name":"tree","parent_id":"g30"})")) ==
        R"(422 "group_too_deep" "/parent_id")");
  CHECK(tree.put("/groups/tree", R"({"name":"tree","parent_id":"g29"})").status == 200);
}

TEST_CASE("groups are listed by name: at the top, below a group, or all of them") {
  Tree tree{"listed"};
  for (const auto& [id, name, parent] :
       std::vector<std::array<std::string, 3>>{{"1", "Nurses", ""},
                                               {"2", "Doctors", ""},
                                               {"3", "Night nurses", "1"},
                                               {"4", "Surgeons", "2"},
                                               {"5", "Night surgeons", "4"}}) {
    REQUIRE(tree.post(R"({"id":")" + id + R"(","name":")" + name + R"(","parent_id":")" + parent +
                      "\"}")
                .status == 201);
  }
  CHECK(tree.get("/groups?limit=1").bytes().starts_with(R"([{"id":"2",)"));  // a bare array
  CHECK(tree.ids("/groups") == "2 1");
  CHECK(tree.ids("/groups?parent_id=2") == "4");
  CHECK(tree.ids("/groups?parent_id=2&with_nested_groups=true") == "5 4");
  CHECK(tree.ids("/groups?with_nested_groups=true") == "2 3 5 1 4");
  CHECK(tree.ids("/groups?with_nested_groups=true&after_group_id=3&limit=2") == "5 1");
  CHECK(tree.ids("/groups?with_nested_groups=true&before_group_id=1&limit=2") == "3 5");
  CHECK(tree.ids("/groups?after_group_id=3") == "1");  // its place counts, wherever it is
  const auto named = [&](std::string_view query) {
    return tree.ids("/groups?with_nested_groups=true&query=" + url_encoded(query));
  };
  CHECK(named(R"({"name":"NURSES"})") == "3 1");
  CHECK(named(R"({"name":"night"})") == "3 5");
  CHECK(named(R"({"name":"urs"})") == "");
  CHECK(named(R"({})") == "2 3 5 1 4");
  CHECK(named(R"({"id":"3"})") == "\"invalid_parameter\"");
  CHECK(named(R"([])") == "\"invalid_parameter\"");
  CHECK(named(R"({"name":3})") == "\"invalid_parameter\"");
  CHECK(tree.ids("/groups?limit=0") == "\"invalid_parameter\"");
  CHECK(tree.ids("/groups?after_group_id=1&before_group_id=2") == "\"invalid_parameter\"");
  CHECK(tree.ids("/groups?after_group_id=nowhere") == "\"unknown_cursor\"");
  CHECK(fault(tree.get("/groups?parent_id=nowhere")) ==
        R"(422 "group_parent_not_found" "parent_id")");
}

TEST_CASE("a user joins a group once, and leaves it once") {
  Tree tree{"joined"};
  tree.make("staff");
  stack().make_user("joined", "ann");
  const std::string tag{tree.get("/users/ann").header("ETag")};
  const Response first = tree.put("/groups/staff/users/ann");
  // What clients see of a user says nothing of groups.
  CHECK(tree.get("/users/ann").header("ETag") == tag);
  CHECK(first.status == 204);
  const Response second = tree.put("/groups/staff/users/ann");
  CHECK(second.status == 204);
  CHECK(second.header("Muster-Position") == first.header("Muster-Position"));
  CHECK(tree.remove("/groups/staff/users/ann").status == 204);
  const Response gone = tree.remove("/groups/staff/users/ann");
  CHECK(gone.status == 404);
  CHECK(at(gone, "/error_code") == "\"not_a_member\"");
  CHECK(at(tree.put("/groups/staff/users/nobody"), "/error_code") == "\"user_not_found\"");
  CHECK(at(tree.put("/groups/nowhere/users/ann"), "/error_code") == "\"group_not_found\"");
}

TEST_CASE("members are listed by id, with nested groups each once") {
  Tree tree{"members"};
  tree.make("top");
  tree.make("left", "top");
  tree.make("right", "top");
  for (const char* id : {"ann", "bob", "cid", "dan"}) {
    stack().make_user("members", id);
  }
  for (const char* path : {"top/users/dan",
                           "left/users/bob",
                           "left/users/ann",
                           "right/users/bob",
                           "right/users/cid"}) {
    REQUIRE(tree.put(std::string{"/groups/"} + path).status == 204);
  }
  CHECK(tree.users("/groups/top/users") == "dan");
  CHECK(tree.users("/groups/left/users") == "ann,bob");
  CHECK(tree.users("/groups/top/users?with_nested_groups=true") == "ann,bob,cid,dan");
  CHECK(tree.users("/groups/top/users?with_nested_groups=true&after_user_id=ann&limit=2") ==
        "bob,cid");
  CHECK(tree.users("/groups/top/users?with_nested_groups=true&before_user_id=dan&limit=2") ==
        "bob,cid");
  const Response list = tree.get("/groups/left/users");
  CHECK_FALSE(list.header("ETag").empty());
  CHECK(at(list, "/users/0/payload/name") == "\"Ann Lee\"");
  CHECK(stack().system(Method::kGet, "/pools/members/groups/left/users").header("ETag").empty());
  REQUIRE(tree.remove("/users/bob").status == 204);
  CHECK(tree.users("/groups/top/users?with_nested_groups=true") == "ann,cid,dan");
  stack().make_user("members", "bob");  // another one
  CHECK(tree.ids("/users/bob/groups").empty());
}

TEST_CASE("a user's groups are the direct ones, and those above if asked") {
  Tree tree{"ofuser"};
  tree.make("top");
  tree.make("left", "top");
  tree.make("leaf", "left");
  tree.make("other");
  stack().make_user("ofuser", "ann");
  REQUIRE(tree.put("/groups/leaf/users/ann").status == 204);
  REQUIRE(tree.put("/groups/other/users/ann").status == 204);
  CHECK(tree.ids("/users/ann/groups") == "leaf other");
  CHECK(tree.ids("/users/ann/groups?with_parent_groups=true") == "leaf left other top");
  CHECK(tree.ids("/users/ann/groups?with_parent_groups=true&after_group_id=leaf&limit=2") ==
        "left other");
  CHECK(tree.ids("/users/ann/groups?with_parent_groups=true&query=" +
                 url_encoded(R"({"name":"OF L"})")) == "");
  CHECK(tree.ids("/users/ann/groups?with_parent_groups=true&query=" +
                 url_encoded(R"({"name":"LEFT"})")) == "left");
  const auto in = [&](const std::string& path) {
    return tree.get("/users/ann/groups/" + path).status;
  };
  CHECK(in("leaf") == 204);
  CHECK(in("top") == 404);
  CHECK(in("top?with_nested_groups=true") == 204);
  CHECK(in("other?with_nested_groups=true") == 204);
  CHECK(in("nowhere") == 404);
  // Neither the tag nor the instants of a user's document change with its groups.
  CHECK(tree.get("/users/ann").bytes().find("groups") == std::string_view::npos);
}

TEST_CASE("a deleted group is gone with all below it at once, and its ids soon are free") {
  Tree tree{"gonegroups"};
  tree.make("top");
  tree.make("left", "top");
  tree.make("leaf", "left");
  stack().make_user("gonegroups", "ann");
  REQUIRE(tree.put("/groups/leaf/users/ann").status == 204);
  REQUIRE(tree.remove("/groups/top").status == 204);
  for (const char* id : {"top", "left", "leaf"}) {
    CHECK(tree.get(std::string{"/groups/"} + id).status == 404);
  }
  CHECK(tree.ids("/groups?with_nested_groups=true").empty());
  CHECK(tree.ids("/users/ann/groups").empty());
  CHECK(tree.get("/users/ann/groups/leaf").status == 404);
  CHECK(tree.make("top").status == 201);
  Response leaf = tree.make("leaf", "top");
  for (int i = 0; i < 200 && leaf.status == 409; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    leaf = tree.make("leaf", "top");
  }
  CHECK(leaf.status == 201);
  CHECK(tree.users("/groups/leaf/users").empty());
}

TEST_CASE("a group is created once for one idempotency key") {
  Tree tree{"oncegroup"};
  Call call = stack().call(
      ApiFamily::kAdmin, Method::kPost, "/pools/oncegroup/groups", R"({"name":"Staff"})");
  call.headers.emplace_back("X-Idempotency-Key", std::string(32, 'g'));
  const Response first = stack().send(call);
  const Response again = stack().send(call);
  CHECK(first.status == 201);
  CHECK(again.status == 201);
  CHECK(again.bytes() == first.bytes());
  CHECK(again.header("X-Idempotent-Replayed") == "true");
}

}  // namespace muster::test
