#include "api/auth/scopes.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("scopes are split at spaces and joined again", "[auth]") {
  CHECK(split_scopes("").empty());
  CHECK(split_scopes("  a   b ") == std::vector<std::string>{"a", "b"});
  CHECK(join_scopes({"a", "b"}) == "a b");
  CHECK(join_scopes({}).empty());
}

TEST_CASE("every scope is known by its name and unknown ones are passed over", "[auth]") {
  for (std::size_t i = 0; i < kScopeNames.size(); ++i) {
    const Scopes scopes = scopes_of({"never_heard_of", std::string{kScopeNames[i]}});
    for (std::size_t j = 0; j < kScopeNames.size(); ++j) {
      CHECK(scopes.has(static_cast<Scope>(j)) == (i == j));
    }
  }
}
