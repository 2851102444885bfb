#include "engine/users/folding.h"

#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

CreateUser person(const std::string& id, const std::vector<std::string>& identifiers = {}) {
  CreateUser input = PeopleStory::ada();
  input.id = id;
  for (const std::string& value : identifiers) {
    input.identifiers.push_back({"uid", value, {}});
  }
  return input;
}

/// A pool with two users.
class FoldingStory : public PeopleStory {
 public:
  FoldingStory() {
    given(create(person("ada", {"Ada"})));
    given(create(person("bob", {"Bob"})));
  }

  FoldingPool named() { return {log, "people", pool().head.stream}; }

  Result<Decide> start() { return prepare_start_folding(named()); }

  Result<Decide> cancel() { return prepare_cancel_folding(named()); }

  Result<Decide> end() { return prepare_end_folding(named()); }

  Result<Decide> step(std::vector<std::string> users, bool folded = true) {
    return prepare_folding_step({named(), std::move(users), folded});
  }

  Result<Decide> add(const std::string& value) {
    return prepare(prepare_add_identifier, NewIdentifier{"uid", value, {}});
  }

  Result<Decide> turn(bool on) {
    PoolBody body = pool_body("people");
    body.identifier_case_insensitive = on;
    return prepare_replace_pool(ports(), {}, {log, "people", std::move(body)});
  }
};

constexpr const char* kStale = "refused: stale";

}  // namespace

TEST_CASE("a pool with users ignores case once each of them was changed, and not before",
          "[folding]") {
  FoldingStory story;
  CHECK(story.when(story.start()) == "pool.folding_started");
  CHECK_FALSE(story.pool().identifier_case_insensitive);
  CHECK(story.when(story.end()) == kStale);
  CHECK(story.when(story.step({"ada"})) == "user.keys_folded");
  CHECK(story.when(story.end()) == kStale);
  CHECK(story.when(story.step({"ada", "nobody", "bob"})) == "user.keys_folded");
  CHECK(story.when(story.end()) == "pool.folding_finished");
  CHECK(story.pool().identifier_case_insensitive);
  CHECK(finds_by_added_rows(story.pool()));
  CHECK_FALSE(folds_every_row(story.pool()));
}

TEST_CASE("what was done of a folding before is not done again", "[folding]") {
  FoldingStory story;
  story.given(story.start());
  CHECK(story.when(story.start()) == "nothing");
  story.given(story.step({"ada", "bob"}));
  CHECK(story.when(story.step({"ada", "bob"})) == "nothing");
  story.given(story.end());
  CHECK(story.when(story.end()) == "nothing");
  CHECK(story.when(story.start()) == "refused: pool_ignores_case");
  CHECK(story.when(story.step({"ada"})) == kStale);
}

TEST_CASE("users made while a pool is folded claim their folded forms from the start",
          "[folding]") {
  FoldingStory story;
  story.given(story.create(person("before")));
  CHECK_FALSE(story.user("before").keys_folded);
  story.given(story.start());
  story.given(story.create(person("while")));
  CHECK(story.user("while").keys_folded);
  story.given(story.upsert(person("brought")));
  CHECK(story.user("brought").keys_folded);
  story.given(story.step({"ada", "bob", "before"}));
  story.given(story.end());
  story.given(story.create(person("after")));
  CHECK(story.user("after").keys_folded);
}

TEST_CASE("a user prepared before a folding begins, ends or is cancelled is prepared anew",
          "[folding]") {
  FoldingStory story;
  const auto before = story.create(person("x"));
  story.given(story.start());
  CHECK(story.when(before) == kStale);
  const auto started = story.create(person("x"));
  story.given(story.cancel());
  CHECK(story.when(started) == kStale);
  story.given(story.end());
  story.given(story.start());
  const auto again = story.create(person("x"));
  story.given(story.step({"ada", "bob"}));
  story.given(story.end());
  CHECK(story.when(again) == kStale);
}

TEST_CASE("an entry of an import prepared before a folding begins is prepared anew", "[folding]") {
  FoldingStory story;
  const auto entry = story.upsert(person("ada", {"x", "X"}));
  story.given(story.start());
  CHECK(story.when(entry) == kStale);
  CHECK(
      story.when(story.upsert(person("ada", {"x", "X"}))).starts_with("refused: identifier_taken"));
}

TEST_CASE("a user with identifiers that differ in case only stands in the way", "[folding]") {
  FoldingStory story;
  story.given(story.add("ADA"));
  story.given(story.start());
  CHECK(story.when(story.step({"bob", "ada"})) == "refused: identifier_repeated");
  CHECK_FALSE(story.user("bob").keys_folded);
  story.given(prepare_remove_identifier(PeopleStory::name(), "ADA"));
  CHECK(story.when(story.step({"bob", "ada"})) == "user.keys_folded, user.keys_folded");
}

TEST_CASE("while a pool is folded no user gets identifiers that differ in case only", "[folding]") {
  FoldingStory story;
  const auto before = story.add("ADA");
  story.given(story.start());
  CHECK(story.when(story.add("ADA")) == "refused: identifier_taken");
  CHECK(story.when(before) == "refused: identifier_taken");
  CHECK(story.when(story.create(person("x", {"x", "X"}))).starts_with("refused: identifier_taken"));
  story.given(story.cancel());
  CHECK(story.when(story.add("ADA")) == "user.identifier_added");
}

TEST_CASE("a cancelled folding is undone before another begins", "[folding]") {
  FoldingStory story;
  CHECK(story.when(story.cancel()) == "refused: folding_not_started");
  story.given(story.start());
  story.given(story.step({"ada"}));
  CHECK(story.when(story.cancel()) == "pool.folding_cancelled");
  CHECK(story.when(story.cancel()) == "nothing");
  CHECK(story.when(story.start()) == "refused: folding_cancelled");
  CHECK(story.when(story.step({"bob"})) == kStale);
  CHECK(story.when(story.end()) == kStale);
  CHECK(story.when(story.step({"ada", "bob"}, false)) == "user.keys_unfolded");
  CHECK(story.when(story.end()) == "pool.folding_undone");
  CHECK(story.when(story.start()) == "pool.folding_started");
}

TEST_CASE("a folded pool is not turned back while it has users", "[folding]") {
  FoldingStory story;
  CHECK(story.when(story.turn(true)) ==
        "refused: pool_not_empty /identifier_case_insensitive:pool_not_empty");
  story.given(story.start());
  story.given(story.step({"ada", "bob"}));
  story.given(story.end());
  CHECK(story.when(story.cancel()) == "refused: folding_finished");
  CHECK(story.when(story.turn(false)) ==
        "refused: pool_not_empty /identifier_case_insensitive:pool_not_empty");
  CHECK(story.when(story.turn(true)) == "nothing");
  story.given(prepare_delete_user(PeopleStory::name("ada")));
  story.given(prepare_delete_user(PeopleStory::name("bob")));
  CHECK(story.when(story.turn(false)) == "pool.replaced");
  CHECK(story.pool().folding.empty());
  story.given(story.turn(true));
  CHECK(folds_every_row(story.pool()));
}

TEST_CASE("a folding of a pool is not one of another that got its id", "[folding]") {
  FoldingStory story;
  FoldingPool other = story.named();
  other.stream = make_stream(story.ports());
  CHECK(story.when(prepare_start_folding(other)) == "refused: pool_not_found");
  CHECK(story.when(prepare_folding_step({other, {"ada"}, true})) == "refused: pool_not_found");
  CHECK(story.when(prepare_folding_step({other, std::vector<std::string>(201, "ada"), true})) ==
        "refused: command_too_large");
}
