#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/credentials/password_hash.h"
#include "tests/engine/credentials/foreign_hashes.h"
#include "tests/engine/credentials/hash_objects.h"

using muster::parse_password_hash;
using muster::verify_password;
using muster::tests::argon2_object;
using muster::tests::kForeignPassword;
using muster::tests::kSalt;
using muster::tests::object;

namespace {

/// "yes", "no", or why it could not be told.
std::string verdict(std::string_view hash, std::string_view password) {
  const auto parsed = parse_password_hash(hash);
  if (!parsed) {
    return parsed.error().rule;
  }
  const auto verified = verify_password(*parsed, password);
  if (!verified) {
    return verified.error().rule;
  }
  return *verified ? "yes" : "no";
}

/// python3: base64.b64encode(hashlib.pbkdf2_hmac(function, P, s, 1000, 32))
std::string pbkdf2_object(std::string_view function, std::string_view value) {
  return object(value,
                "pbkdf2",
                R"("function":")" + std::string{function} +
                    R"(","key_length":32,"number_of_iterations":1000,"salt_length":16,)" + kSalt);
}

}  // namespace

TEST_CASE("string forms made by other tools verify, and only for their password", "[credentials]") {
  for (const auto& foreign : muster::tests::kForeignStrings) {
    CAPTURE(foreign.tool);
    CHECK(verdict(foreign.text, kForeignPassword) == "yes");
    CHECK(verdict(foreign.text, "correct horse battery stapl") == "no");
    CHECK(verdict(foreign.text, "") == "no");
  }
}

TEST_CASE("every hash reads back what it wrote", "[credentials]") {
  std::vector<std::string> hashes = {
      pbkdf2_object("sha256", "ppsXnjrdPB4KryJ6DrOqKqhkWrhv7PbKAMF1Eml8cZ4="),
      argon2_object(
          R"("iterations":2,"memory_in_kb":1024,"parallelism":1,"salt":"c2FsdHNhbHRzYWx0")"),
      object("iTHBPdabNdFfrdxXHW4MOw==", "md5", kSalt),
      object("nMKuihunqT2jm0b8EBnEgQ==", "md5", ""),
      object(
          "G/QFDZcE49wdz+D7yZ/NjEI9gB2RFYr+GlL07AKGkc8=", "sha", R"("function":"sha256",)" + kSalt),
  };
  for (const auto& foreign : muster::tests::kForeignStrings) {
    hashes.emplace_back(foreign.text);
  }
  for (const std::string& hash : hashes) {
    CAPTURE(hash);
    const auto parsed = parse_password_hash(hash);
    REQUIRE(parsed.has_value());
    const auto again = parse_password_hash(parsed->to_json());
    REQUIRE(again.has_value());
    CHECK(*again == *parsed);
    CHECK(again->to_json() == parsed->to_json());
  }
}

TEST_CASE("a hash is written in one order", "[credentials]") {
  const auto written = [](std::string_view hash) {
    return parse_password_hash(hash)->to_json();
  };
  CHECK(written("$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK") ==
        R"({"value":"$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK",)"
        R"("config":{"method":"bcrypt","bcrypt":{"cost":5}}})");
  CHECK(written("$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91") == R"("$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91")");
  CHECK(written("$pbkdf2-sha256$1000$w9h7D.E8R4jxvneu9X4vZQ"
                "$vZYlvbsffeI6ou3co3BKHdc5JNiy7ns08g3WhO53qSY") ==
        R"({"value":"vZYlvbsffeI6ou3co3BKHdc5JNiy7ns08g3WhO53qSY=","config":{"method":"pbkdf2",)"
        R"("pbkdf2":{"function":"sha256","key_length":32,"number_of_iterations":1000,)"
        R"("salt":"w9h7D+E8R4jxvneu9X4vZQ==","salt_length":16}}})");
  CHECK(written("$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0"
                "$HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y") ==
        R"({"value":"HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y=","config":{"method":"argon2",)"
        R"("argon2":{"iterations":2,"memory_in_kb":1024,"parallelism":1,"key_length":32,)"
        R"("salt":"c2FsdHNhbHRzYWx0","salt_length":12}}})");
  CHECK(written(object("nMKuihunqT2jm0b8EBnEgQ==", "md5", "")) ==
        R"({"value":"nMKuihunqT2jm0b8EBnEgQ==","config":{"method":"md5","md5":{}}})");
}

TEST_CASE("pbkdf2 objects verify with every function", "[credentials]") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"sha1", "AOm/kOb/+YAZ3ZwSogYgNu9fO1g98616UUT2x3Jzcew="},
      {"sha224", "VnWAh+8daHeNts8VkmE7Se+UbL0qX9B3YCdI186LIPY="},
      {"sha256", "ppsXnjrdPB4KryJ6DrOqKqhkWrhv7PbKAMF1Eml8cZ4="},
      {"SHA-256", "ppsXnjrdPB4KryJ6DrOqKqhkWrhv7PbKAMF1Eml8cZ4"},
      {"sha256", "a69b179e3add3c1e0aaf227a0eb3aa2aa8645ab86fecf6ca00c17512697c719e"},
      {"sha384", "7ruGx94mJzVQGffCTjryFD9LK6pqiBsoB44NwAgCD64="},
      {"sha512", "A6AmFIti7CKlYdoPiV9jf1d9llp37o27Wms8Zx8fwMI="},
  };
  for (const auto& [function, value] : rows) {
    CAPTURE(function, value);
    CHECK(verdict(pbkdf2_object(function, value), kForeignPassword) == "yes");
    CHECK(verdict(pbkdf2_object(function, value), "wrong") == "no");
  }
  // python3: hashlib.pbkdf2_hmac('sha512', P, b'salt', 3, 100): two blocks, the second cut
  CHECK(
      verdict(object("OwhSWtCRbFPVWz3nGXoMCRjuiBeslVGSlaSMFJ5TkkjPdMRUeO7tmeKH6m2nb8Rru0/ctEh7X4RG"
                     "9w8yUd+f5GX3WYK6QoyJFGhtoLTZ/7o46+STqvvXeDOg4kR5wNLsw8DvuQ==",
                     "pbkdf2",
                     R"("function":"sha512","number_of_iterations":3,"salt":"c2FsdA==")"),
              kForeignPassword) == "yes");
  // python3: hashlib.pbkdf2_hmac('sha256', P, b'', 10, 32)
  CHECK(verdict(object("VVI9SxDVzi8p8oHIav6STFUOoM8wG/zZXltP4mfINeg=",
                       "pbkdf2",
                       R"("function":"sha256","number_of_iterations":10)"),
                kForeignPassword) == "yes");
}

TEST_CASE("argon2 objects are argon2id, with values in base64 or hexadecimal", "[credentials]") {
  CHECK(verdict(argon2_object(R"("iterations":2,"memory_in_kb":1024,"parallelism":1,)"
                              R"("key_length":32,"salt":"c2FsdHNhbHRzYWx0","salt_length":12)"),
                kForeignPassword) == "yes");
  CHECK(verdict(argon2_object(R"("iterations":2,"memory_in_kb":1024,"parallelism":1,)"
                              R"("salt":"73616c7473616c7473616c74","salt_length":12)"),
                kForeignPassword) == "yes");
  // printf %s "$P" | argon2 saltsaltsalt -id -t 2 -k 1024 -p 4 -l 32 -r
  CHECK(verdict(object("76a646b323d4a50497605e3b1dc5b73182eda5a3ec39bb9de66fd7688869d51a",
                       "argon2",
                       R"("iterations":2,"memory_in_kb":1024,"parallelism":4,"key_length":32,)"
                       R"("salt":"c2FsdHNhbHRzYWx0")"),
                kForeignPassword) == "yes");
  CHECK(verdict(object("$argon2d$v=19$m=256,t=1,p=1$c2FsdHNhbHRzYWx0$YiJ1ZnjQw4MSqmEd7WsCWw",
                       "argon2",
                       ""),
                kForeignPassword) == "yes");
}

TEST_CASE("sha and md5 digests verify with the salt apart, behind and in front", "[credentials]") {
  struct Row {
    std::string method;
    std::string function;
    std::string digest;  // b64encode(hashlib.new(function, P + s).digest())
    std::string hex;
    std::string salt_last;   // b64encode(digest + s)
    std::string salt_first;  // b64encode(s + digest)
    std::string unsalted;    // b64encode(hashlib.new(function, P).digest())
  };

  const std::vector<Row> rows = {
      {"md5",
       "",
       "iTHBPdabNdFfrdxXHW4MOw==",
       "8931c13dd69b35d15faddc571d6e0c3b",
       "iTHBPdabNdFfrdxXHW4MOwABAgMEBQYHCAkKCwwNDg8=",
       "AAECAwQFBgcICQoLDA0OD4kxwT3WmzXRX63cVx1uDDs=",
       "nMKuihunqT2jm0b8EBnEgQ=="},
      {"sha",
       "sha1",
       "e0hu+WdvSm9HTU9++WhsaCCqTBA=",
       "7b486ef9676f4a6f474d4f7ef9686c6820aa4c10",
       "e0hu+WdvSm9HTU9++WhsaCCqTBAAAQIDBAUGBwgJCgsMDQ4P",
       "AAECAwQFBgcICQoLDA0OD3tIbvlnb0pvR01PfvlobGggqkwQ",
       "q/eq1kOINtvlJqojGr3i0O73TUI="},
      {"sha",
       "sha-224",
       "iUHndhR+XtYe5ueGVCHV21+VMrOkPy3fLCQHpw==",
       "8941e776147e5ed61ee6e7865421d5db5f9532b3a43f2ddf2c2407a7",
       "iUHndhR+XtYe5ueGVCHV21+VMrOkPy3fLCQHpwABAgMEBQYHCAkKCwwNDg8=",
       "AAECAwQFBgcICQoLDA0OD4lB53YUfl7WHubnhlQh1dtflTKzpD8t3ywkB6c=",
       "Y28IBwnyh+xcXqeUQvxLuRSSTNXGyo/4TjQQxA=="},
      {"sha",
       "SHA256",
       "G/QFDZcE49wdz+D7yZ/NjEI9gB2RFYr+GlL07AKGkc8=",
       "1bf4050d9704e3dc1dcfe0fbc99fcd8c423d801d91158afe1a52f4ec028691cf",
       "G/QFDZcE49wdz+D7yZ/NjEI9gB2RFYr+GlL07AKGkc8AAQIDBAUGBwgJCgsMDQ4P",
       "AAECAwQFBgcICQoLDA0ODxv0BQ2XBOPcHc/g+8mfzYxCPYAdkRWK/hpS9OwChpHP",
       "xLvLH77JnWW/WdhcjLYu4tuWPw/hBvSD2a+nO9Tjmoo="},
      {"sha",
       "sha384",
       "2qPyXVe51D7mrls2tDbzJ/C3k6tnz+Ywafu71iAF8QfZjZDk5TgzBmD/TNCdqGXK",
       "daa3f25d57b9d43ee6ae5b36b436f327f0b793ab67cfe63069fbbbd62005f107d98d90e4e538330660ff4cd09da"
       "865"
       "ca",
       "2qPyXVe51D7mrls2tDbzJ/C3k6tnz+Ywafu71iAF8QfZjZDk5TgzBmD/TNCdqGXKAAECAwQFBgcICQoLDA0ODw==",
       "AAECAwQFBgcICQoLDA0OD9qj8l1XudQ+5q5bNrQ28yfwt5OrZ8/mMGn7u9YgBfEH2Y2Q5OU4MwZg/0zQnahlyg==",
       "wkuSRJyHHzO7vx/BmJ5eEDfPqaPf2xeUf4FyImGB54Jeu0x1B2ORWDW/ElpZDgWu"},
      {"sha",
       "sha512",
       "airehsiaib2WDPFCOi2ggf5xtiapt8g2WTiyeBFa0Jyk9cJb+bU8hlq53/DcohLiQlVNCuyVloGVfMIzqEToyg==",
       "6a2ade86c89a89bd960cf1423a2da081fe71b626a9b7c8365938b278115ad09ca4f5c25bf9b53c865ab9dff0dca"
       "212"
       "e242554d0aec959681957cc233a844e8ca",
       "airehsiaib2WDPFCOi2ggf5xtiapt8g2WTiyeBFa0Jyk9cJb+bU8hlq53/"
       "DcohLiQlVNCuyVloGVfMIzqEToygABAgMEBQ"
       "YHCAkKCwwNDg8=",
       "AAECAwQFBgcICQoLDA0OD2oq3obImom9lgzxQjotoIH+cbYmqbfINlk4sngRWtCcpPXCW/m1PIZaud/"
       "w3KIS4kJVTQrslZ"
       "aBlXzCM6hE6Mo=",
       "vl73Z52Iq5qQRfYmflX15XhLS4zXZLXNhVpSRPkcYmlTzUbEPXZohz/W7707IhJJMVWAAxljRyoHh4H+BG5irg=="},
  };
  for (const Row& row : rows) {
    CAPTURE(row.method, row.function);
    const std::string function =
        row.function.empty() ? R"("x":0)" : R"("function":")" + row.function + "\"";
    const auto told = [&](const std::string& value, const std::string& more) {
      return verdict(object(value, row.method, function + more), kForeignPassword);
    };
    CHECK(told(row.digest, "," + kSalt) == "yes");
    CHECK(told(row.digest, R"(,"salt_length":16,)" + kSalt) == "yes");
    CHECK(told(row.hex, "," + kSalt) == "yes");
    CHECK(told(row.salt_last, R"(,"salt_length":16,"salt_after_digest_in_hash":true)") == "yes");
    CHECK(told(row.salt_first, R"(,"salt_length":16,"salt_after_digest_in_hash":false)") == "yes");
    CHECK(told(row.salt_first, R"(,"salt_length":16,"salt":null)") == "yes");
    CHECK(told(row.salt_last, R"(,"salt_length":16)") == "no");
    CHECK(told(row.unsalted, "") == "yes");
    CHECK(told(row.digest, "") == "no");
  }
}

TEST_CASE("a digest of salt and password verifies when the hash says that the salt is first",
          "[credentials]") {
  // python3: b64encode(sha256(b"pepper" + P).digest()), b64encode(md5(b"NaCl" + P).digest())
  const std::string salted = R"("function":"sha256","salt":"cGVwcGVy")";
  const std::string first = object("dXfhfFNYpGTRRbTn3bvkC4/wpfYl2RmiwyZDp7RIjEM=",
                                   "sha",
                                   salted + R"(,"salt_before_password":true)");
  CHECK(verdict(first, kForeignPassword) == "yes");
  CHECK(verdict(object("dXfhfFNYpGTRRbTn3bvkC4/wpfYl2RmiwyZDp7RIjEM=", "sha", salted),
                kForeignPassword) == "no");
  CHECK(verdict(object("4bwLsdx5BgF+JfZDMBeMLw==",
                       "md5",
                       R"("salt":"TmFDbA==","salt_before_password":true)"),
                kForeignPassword) == "yes");
  const auto hash = parse_password_hash(first);
  REQUIRE(hash.has_value());
  CHECK(parse_password_hash(hash->to_json()).value() == *hash);
}

TEST_CASE("bcrypt does not look at more than 72 bytes, so neither do we accept more",
          "[credentials]") {
  // htpasswd -nbB -C 4 u "$(printf 'a%.0s' $(seq 72))"
  const std::string hash = "$2y$04$YTiXE0Tt2UFD8svk2Q.zKeTDIRleZr36sS0DL5wJFrt/cQrMyXCXa";
  const std::string longest(72, 'a');
  CHECK(verdict(hash, longest) == "yes");
  CHECK(verdict(hash, longest + "b") == "no");
  CHECK(verdict(hash, std::string(71, 'a')) == "no");
}

TEST_CASE("a NUL byte does not end a password", "[credentials]") {
  using namespace std::string_literals;
  for (const auto& foreign : muster::tests::kForeignStrings) {
    CAPTURE(foreign.tool);
    CHECK(verdict(foreign.text, std::string{kForeignPassword} + "\0x"s) == "no");
  }
  // python3: hashlib.sha256(b'a\0b' + s)
  const std::string hash = object(
      "f8BAhMAVT0YfSH66PStdk1OT2Avs/7ColbqV1symIcs=", "sha", R"("function":"sha256",)" + kSalt);
  CHECK(verdict(hash, "a\0b"s) == "yes");
  CHECK(verdict(hash, "a"s) == "no");
}

TEST_CASE("an empty password is a password like others to verify", "[credentials]") {
  // python3: hashlib.pbkdf2_hmac('sha256', b'', s, 10, 32); hashlib.sha256(b'' + s)
  CHECK(verdict(object("WVvZNa42/B6JYEJyMaop2RmDaHQLGbJlF72dTLWG/aI=",
                       "pbkdf2",
                       R"("function":"sha256","number_of_iterations":10,)" + kSalt),
                "") == "yes");
  CHECK(verdict(object("vkXLJgW/Nr695oSEGijw/UPGmFCj3OX+26aZKO46iZE=",
                       "sha",
                       R"("function":"sha256",)" + kSalt),
                "") == "yes");
}

TEST_CASE("unused bits of a bcrypt salt do not matter", "[credentials]") {
  // The last of the 22 characters of salt holds two bits: u and v are the same salt.
  CHECK(verdict("$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK", kForeignPassword) ==
        "yes");
  CHECK(verdict("$2y$05$5yxZIk3xpQ2DWh.uPaEsLvP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK", kForeignPassword) ==
        "yes");
}

TEST_CASE("over a thousand bytes nothing is compared", "[credentials]") {
  const std::string hash = object("nMKuihunqT2jm0b8EBnEgQ==", "md5", "");
  CHECK(verdict(hash, std::string(muster::kPasswordBytesMax + 1, 'a')) == "no");
}
