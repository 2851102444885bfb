#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/credentials/password_hash.h"

using muster::hash_password;
using muster::HashingMethod;
using muster::verify_password;

namespace {

constexpr HashingMethod kMethods[] = {HashingMethod::kBcrypt,
                                      HashingMethod::kPbkdf2,
                                      HashingMethod::kArgon2,
                                      HashingMethod::kSha};
// Two different salts, longer than needed.
constexpr std::string_view kEntropy = "0123456789abcdef0123456789abcdef";
constexpr std::string_view kOtherEntropy = "fedcba9876543210fedcba9876543210";
constexpr std::string_view kPassword = "gr\u00FCn ist die Hoffnung";

std::string refusal(const muster::Result<muster::PasswordHash>& result) {
  if (result) {
    return "accepted";
  }
  return result.error().rule + ": " + result.error().faults.at(0).pointer + " " +
         result.error().faults.at(0).rule;
}

}  // namespace

TEST_CASE("a new hash verifies, reads back and depends on its salt", "[credentials]") {
  for (const HashingMethod method : kMethods) {
    CAPTURE(muster::name_of(method));
    const auto hash = hash_password(method, kPassword, kEntropy);
    REQUIRE(hash.has_value());
    CHECK(verify_password(*hash, kPassword).value());
    CHECK_FALSE(verify_password(*hash, "gr\u00FCn ist die Hoffnun").value());

    const auto read = muster::parse_password_hash(hash->to_json());
    REQUIRE(read.has_value());
    CHECK(*read == *hash);
    CHECK(hash->to_json().find(R"("method":")" + std::string{muster::name_of(method)} + "\"") !=
          std::string::npos);

    CHECK(*hash_password(method, kPassword, kEntropy) == *hash);
    CHECK_FALSE(*hash_password(method, kPassword, kOtherEntropy) == *hash);
  }
}

TEST_CASE("new hashes cost what was decided", "[credentials]") {
  const auto made = [](HashingMethod method) {
    return hash_password(method, kPassword, kEntropy).value().content;
  };
  CHECK(std::get<muster::CryptHash>(made(HashingMethod::kBcrypt)).text.starts_with("$2b$10$"));

  const auto pbkdf2 = std::get<muster::Pbkdf2Hash>(made(HashingMethod::kPbkdf2));
  CHECK(pbkdf2.function == muster::DigestFunction::kSha256);
  CHECK(pbkdf2.iterations == 600'000);
  CHECK(pbkdf2.key.size() == 32);
  CHECK(pbkdf2.salt == kEntropy.substr(0, 16));

  const auto argon2 = std::get<muster::Argon2Hash>(made(HashingMethod::kArgon2));
  CHECK(argon2.variant == muster::Argon2Variant::kId);
  CHECK(argon2.memory_kib == 19'456);
  CHECK(argon2.iterations == 2);
  CHECK(argon2.lanes == 1);
  CHECK(argon2.salt == kEntropy.substr(0, 16));

  const auto sha = std::get<muster::DigestHash>(made(HashingMethod::kSha));
  CHECK(sha.function == muster::DigestFunction::kSha512);
  CHECK(sha.salt == kEntropy.substr(0, 16));
}

TEST_CASE("a password that cannot be hashed whole is refused", "[credentials]") {
  using namespace std::string_literals;
  const auto told = [](HashingMethod method, const std::string& password) {
    return refusal(hash_password(method, password, kEntropy));
  };
  for (const HashingMethod method : kMethods) {
    CAPTURE(muster::name_of(method));
    CHECK(told(method, "") == "password_policy: /password min_length");
    CHECK(told(method, std::string(1025, 'a')) == "password_policy: /password max_length");
  }
  CHECK(told(HashingMethod::kBcrypt, std::string(72, 'a')) == "accepted");
  CHECK(told(HashingMethod::kBcrypt, std::string(73, 'a')) ==
        "password_policy: /password max_length");
  CHECK(told(HashingMethod::kBcrypt, "a\0b"s) == "password_policy: /password characters");
  CHECK(told(HashingMethod::kSha, std::string(1024, 'a')) == "accepted");
}

TEST_CASE("methods are named as pools name them", "[credentials]") {
  for (const HashingMethod method : kMethods) {
    CHECK(muster::parse_hashing_method(muster::name_of(method)) == method);
  }
  CHECK_FALSE(muster::parse_hashing_method("md5").has_value());
  CHECK_FALSE(muster::parse_hashing_method("").has_value());
}

TEST_CASE("many threads may verify at once", "[credentials]") {
  const auto cheap = muster::parse_password_hash(
      "$argon2id$v=19$m=256,t=1,p=4$c2FsdHNhbHRzYWx0$HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y");
  const auto bcrypt =
      muster::parse_password_hash("$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK");
  REQUIRE(cheap.has_value());
  REQUIRE(bcrypt.has_value());
  std::vector<int> right(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < right.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int turn = 0; turn < 5; ++turn) {
        const bool good = verify_password(*bcrypt, "correct horse battery staple").value() &&
                          !verify_password(*cheap, "wrong").value();
        right[i] += good ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(right == std::vector<int>(4, 5));
}
