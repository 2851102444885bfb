#include <string>
#include <variant>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/credentials/password_hash.h"
#include "tests/engine/credentials/foreign_hashes.h"

using muster::ClearPassword;
using muster::parse_ldap_password;
using muster::PasswordHash;

namespace {

/// "yes", "no", "clear: <password>", or the rule that refused the value.
std::string verdict(std::string_view value, std::string_view password) {
  const auto parsed = parse_ldap_password(value);
  if (!parsed) {
    return parsed.error().rule;
  }
  if (const auto* clear = std::get_if<ClearPassword>(&*parsed)) {
    return "clear: " + std::string{clear->text};
  }
  return muster::verify_password(std::get<PasswordHash>(*parsed), password).value() ? "yes" : "no";
}

}  // namespace

TEST_CASE("values that slappasswd makes verify", "[credentials]") {
  for (const auto& foreign : muster::tests::kForeignLdapValues) {
    CAPTURE(foreign.tool);
    CHECK(verdict(foreign.text, muster::tests::kForeignPassword) == "yes");
    CHECK(verdict(foreign.text, "wrong") == "no");

    const auto hash = std::get<PasswordHash>(parse_ldap_password(foreign.text).value());
    const auto again = muster::parse_password_hash(hash.to_json());
    REQUIRE(again.has_value());
    CHECK(*again == hash);
  }
}

TEST_CASE("schemes are read in any case", "[credentials]") {
  const auto password = muster::tests::kForeignPassword;
  CHECK(verdict("{sha}q/eq1kOINtvlJqojGr3i0O73TUI=", password) == "yes");
  CHECK(verdict("{Sha}q/eq1kOINtvlJqojGr3i0O73TUI=", password) == "yes");
  CHECK(verdict("{crypt}$1$abcdefgh$4/U5.w6NPtLkJ2WyrTwm91", password) == "yes");
  CHECK(verdict("{bcrypt}$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK", password) ==
        "yes");
}

TEST_CASE("values without a scheme are clear", "[credentials]") {
  CHECK(verdict("secret", "") == "clear: secret");
  CHECK(verdict("", "") == "clear: ");
  CHECK(verdict("{CLEARTEXT}secret", "") == "clear: secret");
  CHECK(verdict("{", "") == "clear: {");
  CHECK(verdict("{}secret", "") == "clear: {}secret");
  CHECK(verdict("{not a scheme}", "") == "clear: {not a scheme}");
  CHECK(verdict("{a-password-longer-than-any-scheme}", "") ==
        "clear: {a-password-longer-than-any-scheme}");
}

TEST_CASE("values that cannot be verified are refused, never taken for clear", "[credentials]") {
  const std::vector<std::string> bad = {
      "{SASL}ada@example.org",
      "{SHA}",
      "{SHA}q/eq1kOINtvlJqojGr3i0O73TUIx",   // 21 bytes
      "{SSHA}q/eq1kOINtvlJqojGr3i0O73TUI=",  // no salt
      "{SSHA}not base64",
      "{SSHA3}q/eq1kOINtvlJqojGr3i0O73TUI=",
      "{S}x",
      "{CRYPT}ab01FAX.bQRSU",
      "{CRYPT}x",
      "{ARGON2}x",
      "{PBKDF2-SHA3}10000$2uEoAnrf4YmmEfvRno7zFg$Etik7BURZoPCqycJWrJV9zpeFCQ",
      "{PBKDF2}99999999$2uEoAnrf4YmmEfvRno7zFg$Etik7BURZoPCqycJWrJV9zpeFCQ",
      "{PBKDF2}10000",
      "{SSHA}" + std::string(100'000, 'A'),
  };
  for (const std::string& value : bad) {
    CAPTURE(value.substr(0, 60));
    CHECK(verdict(value, "x") == "unsupported_hash");
  }
}
