#include "api/server/answer_budget.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("large answers are counted until they are gone, small ones are not", "[server]") {
  AnswerBudget budget;
  const std::string half(AnswerBudget::kHeldBytesMax / 2, 'x');
  {
    const auto first = budget.json(half);
    REQUIRE(first);
    CHECK(first->bytes() == half);
    const auto second = budget.json(half);
    REQUIRE(second);
    const auto refused = budget.json(std::string(AnswerBudget::kCountedBytesMin, 'y'));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::kUnavailable);
    CHECK(refused.error().rule == "server_busy");
    CHECK(budget.json("{}"));
  }
  CHECK(budget.json(std::string(AnswerBudget::kHeldBytesMax + 1, 'z')));  // alone it passes
  CHECK(budget.json(half));
}
