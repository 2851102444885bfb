#include <catch2/catch.hpp>

#include "engine/text/fold.h"
#include "tests/engine/support/people.h"

using namespace muster;

namespace {

class AdaStory : public PeopleStory {
 public:
  explicit AdaStory(PoolBody body = pool_body("people")) : PeopleStory{std::move(body)} {
    given(create(ada()));
  }

  Result<Decide> add(const std::string& type, const std::string& value) {
    return prepare(prepare_add_identifier, NewIdentifier{type, value, {}});
  }
};

}  // namespace

TEST_CASE("an identifier is added and removed", "[users]") {
  AdaStory story;
  CHECK(story.when(story.add("email", "Ada@example.com")) == "user.identifier_added");
  CHECK(story.fact<UserIdentifierAdded>(0).folding == kFoldingTable);
  CHECK(story.decided.facts[0].draft.data.find("xample") == std::string::npos);
  CHECK(story.user().identifiers.at(0).folded == "ada@example.com");
  CHECK(story.when(prepare_remove_identifier(PeopleStory::name(), "Ada@example.com")) ==
        "user.identifier_removed");
  CHECK(story.user().identifiers.empty());
  CHECK(story.when(prepare_remove_identifier(PeopleStory::name(), "Ada@example.com")) ==
        "refused: identifier_not_found");
}

TEST_CASE("a user has an identifier once, whatever its type", "[users]") {
  AdaStory story;
  story.given(story.add("uid", "ada@example.com"));
  CHECK(story.when(story.add("email", "ada@example.com")) == "refused: identifier_taken");
}

TEST_CASE("a user has an identifier once even when two requests race", "[users]") {
  AdaStory story;
  const auto first = story.add("uid", "ada");
  const auto second = story.add("uid", "ada");
  CHECK(story.when(first) == "user.identifier_added");
  CHECK(story.when(second) == "refused: identifier_taken");
}

TEST_CASE("identifiers compare as the pool says", "[users]") {
  AdaStory exact;
  exact.given(exact.add("uid", "ada"));
  CHECK(exact.when(exact.add("uid", "ADA")) == "user.identifier_added");
  CHECK(exact.when(prepare_remove_identifier(PeopleStory::name(), "Ada")) ==
        "refused: identifier_not_found");
  AdaStory folded{case_insensitive()};
  folded.given(folded.add("uid", "ada"));
  CHECK(folded.when(folded.add("uid", "ADA")) == "refused: identifier_taken");
  CHECK(folded.when(prepare_remove_identifier(PeopleStory::name(), "Ada")) ==
        "user.identifier_removed");
}

TEST_CASE("identifiers are what their type says", "[users]") {
  struct Row {
    std::string type;
    std::string value;
    std::string outcome;
  };

  const std::string added = "user.identifier_added";
  const std::string refused = "refused: invalid_request ";
  const std::vector<Row> rows = {
      {"email", "ada@example.com", added},
      {"email", "ada", refused + "/identifier:email"},
      {"mobile", "+48123456789", added},
      {"mobile", "123456789", refused + "/identifier:mobile"},
      {"uid", "ada lovelace", added},
      {"uid", std::string(256, 'a'), added},
      {"uid", std::string(257, 'a'), refused + "/identifier:text"},
      {"external", "a\nb", refused + "/identifier:text"},
      {"federated", "", refused + "/identifier:required"},
      {"phone", "x", refused + "/type:enum"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.type, row.value);
    AdaStory story;
    CHECK(story.when(story.add(row.type, row.value)) == row.outcome);
  }
}

TEST_CASE("metadata of an identifier is a small object", "[users]") {
  AdaStory story;
  const auto add = [&](const std::string& metadata) {
    return story.when(
        story.prepare(prepare_add_identifier, NewIdentifier{"uid", "ada", json(metadata)}));
  };
  CHECK(add("[]") == "refused: invalid_request /metadata:type");
  CHECK(add(R"({"a":")" + std::string(4096, 'x') + R"("})") ==
        "refused: invalid_request /metadata:maxLength");
  CHECK(add(R"({"a":1})") == "user.identifier_added");
}

TEST_CASE("a user has a bounded number of identifiers", "[users]") {
  AdaStory story;
  for (std::size_t count = 0; count < kIdentifiersMax; ++count) {
    story.given(story.add("uid", std::to_string(count)));
  }
  CHECK(story.when(story.add("uid", "one more")) == "refused: too_many");
}

TEST_CASE("identifiers of nobody can neither be added nor removed", "[users]") {
  AdaStory story;
  const auto add = story.add("uid", "ada");
  story.given(prepare_delete_user(PeopleStory::name()));
  CHECK(story.when(add) == "refused: user_not_found");
  CHECK(story.when(prepare_remove_identifier(PeopleStory::name(), "ada")) ==
        "refused: user_not_found");
  CHECK(story.when(prepare_remove_identifier({Story::log, "nowhere", "ada"}, "ada")) ==
        "refused: pool_not_found");
}
