#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/credentials/password_hash.h"
#include "tests/engine/credentials/hash_objects.h"

using muster::parse_password_hash;
using muster::tests::argon2_object;
using muster::tests::kSalt;
using muster::tests::object;

namespace {

/// "<rule> at <pointer>" of a refused hash.
std::string refusal(std::string_view hash) {
  const auto parsed = parse_password_hash(hash);
  if (parsed) {
    return "accepted";
  }
  return parsed.error().rule +
         (parsed.error().faults.empty() ? "" : " at " + parsed.error().faults[0].pointer);
}

}  // namespace

TEST_CASE("strings that are no hash, or one that costs too much, are refused", "[credentials]") {
  const std::string md5 = "4/U5.w6NPtLkJ2WyrTwm91";
  const std::string sha256 = "BWZ40aBGwHskxJEAPaQ7BeX5CsJQnxWro9FnP3/JCe5";
  const std::string bcrypt = "5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK";
  const std::string key = "HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y";
  const std::vector<std::string> bad = {
      "",
      "plain",
      "*",
      "ab01FAX.bQRSU",  // DES crypt
      "$2y$05$" + bcrypt.substr(1),
      "$2y$05$" + bcrypt + "x",
      "$2x$05$" + bcrypt,
      "$2$05$x" + bcrypt,
      "$2y$03$" + bcrypt,
      "$2y$17$" + bcrypt,
      "$2y$0x$" + bcrypt,
      "$2y$05$" + bcrypt.substr(0, 52) + ":",
      "$1$abcdefgh" + md5,
      "$1$abcdefghi$" + md5,
      "$1$abc:efgh$" + md5,
      "$1$abcdefgh$" + md5 + "x",
      "$5$rounds=1000001$abcdefgh$" + sha256,
      "$5$rounds=$abcdefgh$" + sha256,
      "$5$rounds=99999999999$abcdefgh$" + sha256,
      "$5$rounds=1000",
      "$y$jFT$abcdefgh$" + sha256,  // N = 2^18, r = 32: 1 GiB
      "$y$j9T/..$abcdefgh$" + sha256,
      "$y$",
      "$7$HU..../....abcdefgh$" + sha256,  // N = 2^19, r = 32: 2 GiB
      "$7$CU....zzzzzabcdefgh$" + sha256,  // p = 2^30
      "$7$",
      "$apr1$ER5rdEaf$ZWByECgGUC7.bbMTloBbK/",
      "$argon2id$v=19$m=262145,t=1,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=65536,t=33,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=1024,t=0,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=1024,t=2,p=0$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=1024,t=2,p=65$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=7,t=2,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=4294967304,t=2,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=20$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=1024,t=2,p=1$c2FsdA$" + key,
      "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$c2hvcnQ",
      "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0",
      "$argon2id$v=19$m=1024,t=2,p=1,data=AA$c2FsdHNhbHRzYWx0$" + key,
      "$argon2x$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$" + key,
      "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0$" + key + "$",
      "$pbkdf2-sha256$10000001$c2FsdA$" + key,
      "$pbkdf2-sha256$0$c2FsdA$" + key,
      "$pbkdf2-sha256$-1$c2FsdA$" + key,
      "$pbkdf2-sha256$i=1000,l=31$c2FsdA$" + key,
      "$pbkdf2-sha3$1000$c2FsdA$" + key,
      "$pbkdf2-sha256",
      "$pbkdf2-",
      "$pbkdf2-sha256$1000$c2FsdA",
      "$6$" + std::string(100'000, '$'),
  };
  for (const std::string& text : bad) {
    CAPTURE(text.substr(0, 100));
    CHECK(refusal(text) == "unsupported_hash at /value");
  }
}

TEST_CASE("a parameter out of bounds is refused where it stands", "[credentials]") {
  const std::string pbkdf2_value = "ppsXnjrdPB4KryJ6DrOqKqhkWrhv7PbKAMF1Eml8cZ4=";
  const auto pbkdf2 = [&](const std::string& members) {
    return refusal(object(pbkdf2_value, "pbkdf2", members));
  };
  CHECK(pbkdf2(R"("function":"md5","number_of_iterations":1000)") ==
        "unsupported_hash at /config/pbkdf2/function");
  CHECK(pbkdf2(R"("number_of_iterations":1000)") == "unsupported_hash at /config/pbkdf2/function");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":10000001)") ==
        "unsupported_hash at /config/pbkdf2/number_of_iterations");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":0)") ==
        "unsupported_hash at /config/pbkdf2/number_of_iterations");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":-1)") ==
        "unsupported_hash at /config/pbkdf2/number_of_iterations");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":"1000")") ==
        "unsupported_hash at /config/pbkdf2/number_of_iterations");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":1000,"key_length":31)") ==
        "unsupported_hash at /value");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":1000,"salt":"*")") ==
        "unsupported_hash at /config/pbkdf2/salt");
  CHECK(pbkdf2(R"("function":"sha256","number_of_iterations":1000,"salt_length":15,)" + kSalt) ==
        "unsupported_hash at /config/pbkdf2/salt");

  CHECK(refusal(argon2_object(R"("iterations":2,"memory_in_kb":262145,"parallelism":1,)" +
                              kSalt)) == "unsupported_hash at /config/argon2/memory_in_kb");
  CHECK(refusal(argon2_object(R"("iterations":2,"memory_in_kb":1024,"parallelism":65,)" + kSalt)) ==
        "unsupported_hash at /config/argon2/parallelism");
  CHECK(refusal(argon2_object(R"("iterations":4000000000,"memory_in_kb":1024,"parallelism":1,)" +
                              kSalt)) == "unsupported_hash at /config/argon2/iterations");
  CHECK(refusal(argon2_object(R"("iterations":2,"memory_in_kb":1024,"parallelism":1)")) ==
        "unsupported_hash at /config/argon2/salt");

  CHECK(refusal(object("nMKuihunqT2jm0b8EBnEgQ==", "sha", R"("function":"sha256")")) ==
        "unsupported_hash at /value");
  CHECK(refusal(object("nMKuihunqT2jm0b8EBnEgQ==", "md5", R"("salt_length":100000)")) ==
        "unsupported_hash at /config/md5/salt_length");
  CHECK(refusal(object("nMKuihunqT2jm0b8EBnEgQ==", "md5", R"("salt_after_digest_in_hash":1)")) ==
        "unsupported_hash at /config/md5/salt_after_digest_in_hash");
  CHECK(refusal(object("nMKuihunqT2jm0b8EBnEgQ==", "bcrypt", "")) == "unsupported_hash at /value");
  CHECK(refusal(object("nMKuihunqT2jm0b8EBnEgQ==", "whirlpool", "")) ==
        "unsupported_hash at /config/method");
  CHECK(refusal(R"({"value":"x","config":{}})") == "unsupported_hash at /config/method");
  CHECK(refusal(R"({"value":"x","config":[]})") == "unsupported_hash at /config/method");
  CHECK(refusal(R"({"value":"x"})") == "unsupported_hash at /value");
  CHECK(refusal(R"({"config":{"method":"bcrypt"}})") == "unsupported_hash at /value");
  CHECK(refusal(R"({"value":)").starts_with("malformed_json"));
}
