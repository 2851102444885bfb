#include <catch2/catch.hpp>

#include "tests/engine/groups/group_story.h"

using namespace muster;

namespace {

/// staff with the member ada; nurses below it with the member bob.
struct Tree : GroupStory {
  Tree() {
    given_user("ada");
    given_user("bob");
    given(create_group("staff"));
    given(create_group("nurses", "staff"));
    given(prepare_add_member(member("ada", "staff")));
    given(prepare_add_member(member("bob", "nurses")));
    staff = stream_of("staff");
    nurses = stream_of("nurses");
    in = pool().head.stream;
  }

  std::string step(RemoveGroupsStep input) {
    input.log = log;
    return when(prepare_remove_groups_step(std::move(input)));
  }

  RemoveGroupsStep everything() const {
    RemoveGroupsStep all;
    all.members = {{in, staff, "ada"}, {in, nurses, "bob"}};
    all.subgroups = {{in, staff, "nurses"}};
    all.emptied = {staff, nurses};
    return all;
  }

  StreamId staff;
  StreamId nurses;
  StreamId in;
};

}  // namespace

TEST_CASE("a step removes nothing of groups that are not deleted", "[groups]") {
  Tree tree;
  CHECK(tree.step(tree.everything()) == "nothing");
}

TEST_CASE("a deleted group is emptied from below, step by step", "[groups]") {
  Tree tree;
  tree.given(prepare_delete_group(GroupStory::group_name("staff")));
  CHECK(tree.step(tree.everything()) == "user.group_left, group.deleted");
  CHECK(tree.user("ada").groups.empty());
  CHECK(tree.user("bob").groups.size() == 1);
  CHECK(tree.step(tree.everything()) == "user.group_left");
  CHECK(tree.step({{}, {}, {}, {tree.staff}}) == "nothing");  // nurses are not gone yet
  CHECK(tree.step({{}, {}, {}, {tree.nurses}}) == "group.emptied");
  CHECK(tree.step({{}, {}, {}, {tree.staff}}) == "group.emptied");
  CHECK(tree.step(tree.everything()) == "nothing");
}

TEST_CASE("a deleted user leaves its groups without further ado", "[groups]") {
  Tree tree;
  tree.given(prepare_delete_user(GroupStory::name("ada")));
  tree.given(prepare_delete_user(GroupStory::name("bob")));
  tree.given(prepare_delete_group(GroupStory::group_name("nurses")));
  CHECK(tree.step(tree.everything()) == "group.emptied");
  tree.given(prepare_delete_group(GroupStory::group_name("staff")));
  CHECK(tree.step(tree.everything()) == "group.emptied");
}

TEST_CASE("one step of removing groups has at most 500 pieces", "[groups]") {
  Tree tree;
  CHECK(tree.step({{}, {}, {}, std::vector<StreamId>(501)}) == "refused: command_too_large");
}

TEST_CASE("a deleted pool is emptied only when its groups are gone too", "[groups]") {
  Tree tree;
  const auto step = [&](std::vector<std::string> users, std::vector<std::string> groups) {
    return prepare_empty_pool_step({Story::log, tree.in, std::move(users), std::move(groups)});
  };
  tree.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(tree.when(step({"ada", "bob"}, {})) == "user.deleted, user.deleted");
  CHECK(tree.when(step({}, {})) == "refused: stale");
  CHECK(tree.when(step({}, {"nurses", "staff"})) == "group.deleted, group.deleted");
  CHECK(tree.when(step({}, {"nurses", "staff"})) == "nothing");
  CHECK(tree.when(step({}, {})) == "refused: stale");
  CHECK(tree.step({{}, {}, {}, {tree.nurses}}) == "group.emptied");
  CHECK(tree.step({{}, {}, {}, {tree.staff}}) == "group.emptied");
  CHECK(tree.when(step({}, {})) == "pool.emptied");
}
