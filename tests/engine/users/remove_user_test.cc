#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

TEST_CASE("a user is deleted once", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(prepare_delete_user(PeopleStory::name())) == "user.deleted");
  CHECK(story.decided.subject.id == "ada");
  CHECK(story.when(prepare_delete_user(PeopleStory::name())) == "refused: user_not_found");
}

TEST_CASE("a user is erased once", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(prepare_erase_user(PeopleStory::name())) == "user.erased");
  CHECK(story.when(prepare_erase_user(PeopleStory::name())) == "refused: user_not_found");
}

TEST_CASE("nobody is deleted or erased in a pool that is not there", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(prepare_delete_user({Story::log, "nowhere", "ada"})) ==
        "refused: pool_not_found");
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(prepare_erase_user(PeopleStory::name())) == "refused: pool_not_found");
}
