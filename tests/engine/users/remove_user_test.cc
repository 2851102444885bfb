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

TEST_CASE("whoever was deleted can be erased once", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  UserState ended = story.user();
  ended.gone = true;
  story.given(prepare_delete_user(PeopleStory::name()));
  CHECK(story.when(prepare_erase_deleted_user(Story::log, ended)) == "user.erased");
  CHECK(story.when(prepare_erase_deleted_user(Story::log, ended)) == "nothing");
  const std::vector<CertifiedErasure> certified{{ended.head.stream, 3, "00"}};
  CHECK(story.when(prepare_certify_erasures(Story::log, certified)) == "user.erasure_certified");
  CHECK(story.when(prepare_certify_erasures(Story::log, certified)) == "nothing");
}

TEST_CASE("another user of the same id is not erased for the one that was meant", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  const StreamId first = story.user().head.stream;
  story.given(prepare_delete_user(PeopleStory::name()));
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(prepare_erase_user(PeopleStory::name(), first)) == "refused: stale");
  CHECK(story.when(prepare_erase_user(PeopleStory::name(), story.user().head.stream)) ==
        "user.erased");
}

TEST_CASE("nobody is deleted or erased in a pool that is not there", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(prepare_delete_user({Story::log, "nowhere", "ada"})) ==
        "refused: pool_not_found");
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(prepare_erase_user(PeopleStory::name())) == "refused: pool_not_found");
}
