#include "api/auth/jwt.h"

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "engine/core/json.h"

using namespace muster;

namespace {

std::shared_ptr<const JwtKey> imported(const std::string& jwk) {
  const auto key = JwtKey::import(jwk);
  REQUIRE(key);
  return *key;
}

}  // namespace

TEST_CASE("a token signed with the private key verifies with the public one", "[auth]") {
  const auto pair = make_es256_key();
  REQUIRE(pair);
  const auto token = imported(pair->private_jwk)->sign(pair->id, R"({"sub":"ada"})");
  REQUIRE(token);
  CHECK(key_id_of(*token) == pair->id);
  const auto claims = imported(pair->public_jwk)->verify(*token);
  REQUIRE(claims);
  CHECK(*claims == R"({"sub":"ada"})");
}

TEST_CASE("a token is refused when any of its characters is another", "[auth]") {
  const auto pair = make_es256_key();
  REQUIRE(pair);
  const auto token = imported(pair->private_jwk)->sign(pair->id, R"({"sub":"ada"})");
  REQUIRE(token);
  const auto key = imported(pair->public_jwk);
  for (std::size_t i = 0; i + 1 < token->size(); i += 3) {
    std::string forged = *token;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    CHECK_FALSE(key->verify(forged));
  }
}

TEST_CASE("a token of another key or algorithm is refused", "[auth]") {
  const auto ours = make_es256_key();
  const auto theirs = make_es256_key();
  REQUIRE(ours);
  REQUIRE(theirs);
  const auto token = imported(theirs->private_jwk)->sign(ours->id, "{}");
  REQUIRE(token);
  const auto key = imported(ours->public_jwk);
  CHECK_FALSE(key->verify(*token));
  const std::string unsigned_token =
      to_base64url(R"({"alg":"none"})") + "." + to_base64url("{}") + ".";
  CHECK_FALSE(key->verify(unsigned_token));
  CHECK_FALSE(key->verify(""));
  CHECK_FALSE(key->verify("..."));
}

TEST_CASE("a public key shows nothing private and names its thumbprint", "[auth]") {
  const auto pair = make_es256_key();
  REQUIRE(pair);
  const auto shown = parse_json(pair->public_jwk);
  REQUIRE(shown);
  CHECK_FALSE(shown->root().find("d"));
  CHECK(shown->root().find("kid")->as_string() == pair->id);
  CHECK(shown->root().find("alg")->as_string() == "ES256");
  CHECK_FALSE(JwtKey::import("{}"));
}
