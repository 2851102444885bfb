#include "engine/credentials/password_policy.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using muster::check_password_policy;
using muster::PasswordHash;
using muster::PasswordPolicy;
using muster::PasswordStrength;

namespace {

/// The violated rules, in order, or "fine".
std::string verdict(const PasswordPolicy& policy,
                    std::string_view password,
                    const std::vector<PasswordHash>& former = {}) {
  const auto checked = check_password_policy(policy, password, former);
  if (checked) {
    return "fine";
  }
  CHECK(checked.error().code == muster::Errc::kInvalid);
  CHECK(checked.error().rule == "password_policy");
  std::string rules;
  for (const muster::Fault& fault : checked.error().faults) {
    CHECK(fault.pointer == "/password");
    rules += (rules.empty() ? "" : " ") + fault.rule;
  }
  return rules;
}

PasswordHash hash_of(std::string_view password) {
  return muster::hash_password(muster::HashingMethod::kSha, password, "0123456789abcdef").value();
}

}  // namespace

TEST_CASE("an empty policy demands nothing", "[credentials]") {
  CHECK(verdict({}, "a") == "fine");
  CHECK(verdict({}, "password") == "fine");
}

TEST_CASE("every violated rule is named", "[credentials]") {
  const PasswordPolicy policy{.min_length = 8,
                              .capital_letters = 1,
                              .lowercase_letters = 1,
                              .digits = 1,
                              .special_characters = 1,
                              .strength = PasswordStrength::kFair};
  CHECK(verdict(policy, " ") ==
        "min_length capital_letters lowercase_letters digits special_characters strength");
  CHECK(verdict(policy, "ab1!") == "min_length capital_letters strength");
  CHECK(verdict(policy, "vex7!Kolmqw") == "fine");
}

TEST_CASE("a refusal never repeats the password", "[credentials]") {
  const auto checked = check_password_policy({.min_length = 20, .digits = 1}, "xyzzy", {});
  REQUIRE_FALSE(checked.has_value());
  CHECK(checked.error().reason.find("xyzzy") == std::string::npos);
  for (const muster::Fault& fault : checked.error().faults) {
    CHECK(fault.reason.find("xyzzy") == std::string::npos);
  }
}

TEST_CASE("counts are of code points, by kind", "[credentials]") {
  struct Row {
    PasswordPolicy policy;
    std::string enough;
    std::string short_of;
    std::string rule;
  };

  const std::vector<Row> rows = {
      {{.min_length = 4}, "\u00E4\u00F6\u00FC\u00DF", "\u00E4\u00F6\u00FC", "min_length"},
      {{.min_length = 2}, "\U0001F511\U0001F512", "\U0001F511", "min_length"},
      {{.capital_letters = 2}, "A\u00C4bc", "Abc\u00E4", "capital_letters"},
      {{.capital_letters = 1}, "\u0416", "\u0436", "capital_letters"},
      {{.lowercase_letters = 2}, "a\u00DFX", "aXY", "lowercase_letters"},
      {{.lowercase_letters = 1}, "\u03C3", "\u03A3", "lowercase_letters"},
      {{.digits = 3}, "a1b2c3", "a1b2c", "digits"},
      {{.special_characters = 1}, "abc!", "abc 1A", "special_characters"},
      {{.special_characters = 1}, "abc\u20AC", "abc\u00E9", "special_characters"},
      {{.special_characters = 1}, "\U0001F511", "\u65E5\u672C", "special_characters"},
      {{.special_characters = 2}, "a_b~", "a_b\u00A0", "special_characters"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.enough, row.short_of);
    CHECK(verdict(row.policy, row.enough) == "fine");
    CHECK(verdict(row.policy, row.short_of) == row.rule);
  }
}

TEST_CASE("every sign on the keyboard is special, every letter and digit is not", "[credentials]") {
  const PasswordPolicy policy{.special_characters = 1};
  for (char c = 0x20; c < 0x7F; ++c) {
    CAPTURE(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    CHECK(verdict(policy, std::string(1, c)) ==
          (plain || c == ' ' ? "special_characters" : "fine"));
  }
}

TEST_CASE("each strength asks for more than the one before", "[credentials]") {
  // Bits that zxcvbn 2.5 gives: 0, 15, 20 to 26, 29, 41.
  const std::vector<std::pair<std::string, PasswordStrength>> rows = {
      {"password", PasswordStrength::kAny},
      {"Summer2024", PasswordStrength::kWeak},
      {"qwER43@!", PasswordStrength::kFair},
      {"nq8vw1", PasswordStrength::kStrong},
      {"eheuczkqyq", PasswordStrength::kVeryStrong},
  };
  for (const auto& [password, reached] : rows) {
    for (const auto& [ignored, wanted] : rows) {
      CAPTURE(password, muster::name_of(wanted));
      CHECK(verdict({.strength = wanted}, password) == (wanted <= reached ? "fine" : "strength"));
    }
  }
}

TEST_CASE("strengths are named as pools name them", "[credentials]") {
  for (const char* name : {"any", "weak", "fair", "strong", "very_strong"}) {
    const auto strength = muster::parse_password_strength(name);
    REQUIRE(strength.has_value());
    CHECK(muster::name_of(*strength) == name);
  }
  CHECK_FALSE(muster::parse_password_strength("").has_value());
  CHECK_FALSE(muster::parse_password_strength("Strong").has_value());
}

TEST_CASE("the newest former passwords are not used again", "[credentials]") {
  const std::vector<PasswordHash> former = {hash_of("newest"), hash_of("older"), hash_of("oldest")};
  CHECK(verdict({.not_used_since = 2}, "newest", former) == "not_used_since");
  CHECK(verdict({.not_used_since = 2}, "older", former) == "not_used_since");
  CHECK(verdict({.not_used_since = 2}, "oldest", former) == "fine");
  CHECK(verdict({.not_used_since = 99}, "oldest", former) == "not_used_since");
  CHECK(verdict({.not_used_since = 99}, "other", former) == "fine");
  CHECK(verdict({.not_used_since = 0}, "newest", former) == "fine");
  CHECK(verdict({.min_length = 10, .not_used_since = 3}, "newest", former) == "min_length");
}

TEST_CASE("without any policy a password is bounded UTF-8 text", "[credentials]") {
  using namespace std::string_literals;
  CHECK(verdict({}, std::string(1024, 'a')) == "fine");
  CHECK(verdict({}, std::string(1025, 'a')) == "max_length");
  CHECK(verdict({}, std::string(1'000'000, 'a')) == "max_length");
  CHECK(verdict({}, "a\0b"s) == "characters");
  CHECK(verdict({}, "a\xFF") == "characters");
}
