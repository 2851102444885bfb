#include <catch2/catch.hpp>

#include "tests/engine/groups/group_story.h"

using namespace muster;

namespace {

Result<Decide> add(const std::string& user, const std::string& group) {
  return prepare_add_member(GroupStory::member(user, group));
}

Result<Decide> remove(const std::string& user, const std::string& group) {
  return prepare_remove_member(GroupStory::member(user, group));
}

}  // namespace

TEST_CASE("a user joins a group, once", "[groups]") {
  GroupStory story;
  story.given_user("ada");
  story.given(story.create_group("staff"));
  CHECK(story.when(add("ada", "staff")) == "user.group_joined");
  CHECK(story.when(add("ada", "staff")) == "nothing");
  REQUIRE(story.user().groups.size() == 1);
  CHECK(story.user().groups[0].group == story.group("staff").head.stream);
  CHECK(story.user().groups[0].group_id == "staff");
}

TEST_CASE("only a direct member can be removed from a group", "[groups]") {
  GroupStory story;
  story.given_user("ada");
  story.given(story.create_group("staff"));
  story.given(story.create_group("nurses", "staff"));
  story.given(add("ada", "nurses"));
  CHECK(story.when(remove("ada", "staff")) == "refused: not_a_member");
  CHECK(story.when(remove("ada", "nurses")) == "user.group_left");
  CHECK(story.when(remove("ada", "nurses")) == "refused: not_a_member");
}

TEST_CASE("members and groups must be there", "[groups]") {
  GroupStory story;
  story.given_user("ada");
  story.given(story.create_group("staff"));
  CHECK(story.when(add("nobody", "staff")) == "refused: user_not_found");
  CHECK(story.when(add("ada", "nowhere")) == "refused: group_not_found");
  CHECK(story.when(remove("nobody", "staff")) == "refused: user_not_found");
  story.given(prepare_delete_group(GroupStory::group_name("staff")));
  CHECK(story.when(add("ada", "staff")) == "refused: group_not_found");
}

TEST_CASE("a group made again under its id is another one, without members", "[groups]") {
  GroupStory story;
  story.given_user("ada");
  story.given(story.create_group("staff"));
  story.given(add("ada", "staff"));
  story.given(prepare_delete_group(GroupStory::group_name("staff")));
  story.given(story.create_group("staff"));
  CHECK(story.when(remove("ada", "staff")) == "refused: not_a_member");
  CHECK(story.when(add("ada", "staff")) == "user.group_joined");
}

TEST_CASE("a user is in at most 1,000 groups", "[groups]") {
  GroupStory story;
  story.given_user("ada");
  for (std::size_t i = 0; i <= kGroupsOfUserMax; ++i) {
    story.wait(1'000);  // streams are made of the time, and the entropy of a story is small
    story.given(story.create_group("g" + std::to_string(i)));
  }
  for (std::size_t i = 0; i < kGroupsOfUserMax; ++i) {
    story.given(add("ada", "g" + std::to_string(i)));
  }
  CHECK(story.when(add("ada", "g1000")) == "refused: too_many_groups");
  CHECK(story.when(add("ada", "g7")) == "nothing");
}
