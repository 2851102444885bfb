#include <catch2/catch.hpp>

#include "tests/engine/groups/group_story.h"

using namespace muster;

namespace {

constexpr const char* kTooDeep = "refused: group_too_deep /parent_id:group_too_deep";
constexpr const char* kNoParent =
    "refused: group_parent_not_found /parent_id:group_parent_not_found";

/// g1 at the top, each of the others below the one before.
void given_chain(GroupStory& story, std::size_t length) {
  for (std::size_t i = 1; i <= length; ++i) {
    story.given(story.create_group("g" + std::to_string(i),
                                   i == 1 ? std::string{} : "g" + std::to_string(i - 1)));
  }
}

}  // namespace

TEST_CASE("a group is made at the top or below another one", "[groups]") {
  GroupStory story;
  CHECK(story.when(story.create_group("staff")) == "group.created");
  CHECK(story.when(story.create_group("nurses", "staff")) == "group.created");
  CHECK(story.group("staff").parent.is_nil());
  CHECK(story.group("nurses").parent == story.group("staff").head.stream);
  CHECK(story.group("nurses").parent_id == "staff");
  CHECK(story.group("nurses").pool == story.pool().head.stream);
}

TEST_CASE("a group gets an id when it brings none", "[groups]") {
  GroupStory story;
  CHECK(story.when(story.create_group(GroupBody{"", "Staff", "", ""})) == "group.created");
  CHECK(story.decided.subject.id == story.decided.facts[0].stream.text());
}

TEST_CASE("everything wrong with a group is told at once", "[groups]") {
  GroupStory story;
  const GroupBody body{"a b", "", std::string(4097, 'x'), "?"};
  CHECK(story.when(story.create_group(body)) ==
        "refused: invalid_request /id:id /name:required /description:text /parent_id:id");
  const GroupBody longer{"staff", std::string(257, 'x'), "", ""};
  CHECK(story.when(story.create_group(longer)) == "refused: invalid_request /name:text");
  story.given(story.create_group("staff"));
  CHECK(story.when(story.replace_group("staff", longer)) == "refused: invalid_request /name:text");
}

TEST_CASE("a long description lies beside the event", "[groups]") {
  GroupStory story;
  story.given(story.create_group(GroupBody{"staff", "Staff", std::string(4000, 'x'), ""}));
  CHECK(story.decided.facts[0].draft.attachments.size() == 1);
  CHECK(story.group("staff").description.size() == 4000);
}

TEST_CASE("a group's id is given once", "[groups]") {
  GroupStory story;
  story.given(story.create_group("staff"));
  CHECK(story.when(story.create_group("staff")) == "refused: group_id_taken");
}

TEST_CASE("a group's parent must be a visible group of the pool", "[groups]") {
  GroupStory story;
  given_chain(story, 2);
  CHECK(story.when(story.create_group("lost", "nowhere")) == kNoParent);
  CHECK(story.when(story.move_group("g2", "nowhere")) == kNoParent);
  story.given(prepare_delete_group(GroupStory::group_name("g1")));
  CHECK(story.when(story.create_group("lost", "g2")) == kNoParent);  // hidden with its parent
}

TEST_CASE("a group is stale when its parent became another one on the way", "[groups]") {
  GroupStory story;
  story.given(story.create_group("staff"));
  const auto create = story.create_group("nurses", "staff");
  story.given(prepare_delete_group(GroupStory::group_name("staff")));
  CHECK(story.when(create) == kNoParent);
  story.given(story.create_group("staff"));
  CHECK(story.when(create) == "refused: stale");
  const auto too_early = story.create_group("doctors", "wards");
  story.given(story.create_group("wards"));
  CHECK(story.when(too_early) == "refused: stale");
}

TEST_CASE("a group is stale when its pool became another one on the way", "[groups]") {
  GroupStory story;
  const auto create = story.create_group("staff");
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(create) == "refused: pool_not_found");
  story.given(create_pool(story, pool_body("people")));
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("groups are nested 32 levels deep and no deeper", "[groups]") {
  GroupStory story;
  given_chain(story, kGroupDepthMax);
  CHECK(story.when(story.create_group("g33", "g32")) == kTooDeep);
  CHECK(story.when(story.create_group("other", "g31")) == "group.created");
  story.given(story.create_group("tree"));
  CHECK(story.when(story.move_group("tree", "g30", 3)) == kTooDeep);
  CHECK(story.when(story.move_group("tree", "g30", 2)) == "group.replaced");
}

TEST_CASE("a group cannot be moved below itself", "[groups]") {
  GroupStory story;
  given_chain(story, 3);
  const std::string cycle = "refused: group_cycle /parent_id:group_cycle";
  CHECK(story.when(story.move_group("g1", "g1", 3)) == cycle);
  CHECK(story.when(story.move_group("g1", "g3", 3)) == cycle);
  CHECK(story.when(story.move_group("g3", "g1")) == "group.replaced");
}

TEST_CASE("a move needs to know how high the moved tree is", "[groups]") {
  GroupStory story;
  given_chain(story, 1);
  story.given(story.create_group("tree"));
  const StreamId parent = story.group("g1").head.stream;
  const ReplaceGroup blind{
      GroupStory::group_name("tree"), {"", "Tree", "", "g1"}, parent, std::nullopt};
  CHECK(story.when(prepare_replace_group(story.ports(), blind)) == "refused: stale");
  ReplaceGroup other = blind;
  other.height = GroupHeight{parent, 1};  // of a group that had the id before
  CHECK(story.when(prepare_replace_group(story.ports(), other)) == "refused: stale");
  other.height = GroupHeight{story.group("tree").head.stream, 1, story.groups()};
  story.given(story.create_group("below", "tree"));  // since it was measured
  CHECK(story.when(prepare_replace_group(story.ports(), other)) == "refused: stale");
  other.height->groups = story.groups();
  CHECK(story.when(prepare_replace_group(story.ports(), other)) == "group.replaced");
}

TEST_CASE("a group is replaced as a whole, and quietly by itself", "[groups]") {
  GroupStory story;
  given_chain(story, 2);
  const GroupBody same{"ignored", "name of g2", "", "g1"};
  CHECK(story.when(story.replace_group("g2", same)) == "nothing");
  const GroupBody changed{"ignored", "Wards", "All of them", ""};
  CHECK(story.when(story.replace_group("g2", changed)) == "group.replaced");
  const GroupState group = story.group("g2");
  CHECK(group.name == "Wards");
  CHECK(group.description == "All of them");
  CHECK(group.parent.is_nil());
  CHECK(group.parent_id.empty());
  CHECK(story.when(story.replace_group("nowhere", changed)) == "refused: group_not_found");
}

TEST_CASE("deleting a group hides all below it, and its id is free", "[groups]") {
  GroupStory story;
  given_chain(story, 3);
  const auto remove = [](const char* id) {
    return prepare_delete_group(GroupStory::group_name(id));
  };
  CHECK(story.when(remove("g2")) == "group.deleted");
  CHECK(story.when(remove("g2")) == "refused: group_not_found");
  CHECK(story.when(remove("g3")) == "refused: group_not_found");
  CHECK(story.when(story.move_group("g3", "")) == "refused: group_not_found");
  CHECK(story.when(story.create_group("g2", "g1")) == "group.created");
  CHECK(story.when(remove("g3")) == "refused: group_not_found");  // that was below the other g2
}

TEST_CASE("no command finds a group in a pool that is not there", "[groups]") {
  GroupStory story;
  given_chain(story, 1);
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(prepare_delete_group(GroupStory::group_name("g1"))) ==
        "refused: pool_not_found");
  CHECK(story.when(prepare_add_member(GroupStory::member("ada", "g1"))) ==
        "refused: pool_not_found");
}
