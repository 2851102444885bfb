#include "engine/text/address.h"

#include <optional>
#include <string>

#include <catch2/catch.hpp>

using muster::is_email;
using muster::is_mobile;
using muster::normalise_mobile;

namespace {

std::string repeated(std::size_t count) {
  return std::string(count, 'a');
}

}  // namespace

TEST_CASE("mailboxes are accepted", "[text]") {
  const auto good = GENERATE(as<std::string>{},
                             "ada@example.org",
                             "ada.lovelace+tag@mail.example.co.uk",
                             "a@b",
                             "o'neil_=/?{}|~!#$%&*^`-@example.org",
                             "\"quoted@at\"@example.org",
                             "\"with\\\"escapes\\\"\"@example.org",
                             "ada@[192.0.2.1]",
                             "ada@[IPv6:2001:db8::1]",
                             "j\u00FCrgen@example.org",
                             "ada@b\u00FCcher.example",
                             "\u7528\u6237@\u4F8B\u5B50.\u5E7F\u544A",
                             "ada@xn--bcher-kva.example",
                             "ada@3com.com",
                             repeated(64) + "@example.org");
  CAPTURE(good);
  CHECK(is_email(good));
}

TEST_CASE("what is not a mailbox is refused", "[text]") {
  const auto bad = GENERATE(as<std::string>{},
                            "",
                            "@",
                            "ada",
                            "ada@",
                            "@example.org",
                            "ada@@example.org",
                            "a b@example.org",
                            " ada@example.org",
                            "ada@example.org\n",
                            "ada@exam ple.org",
                            "ada\u00A0@example.org",
                            "ada\u3000@example.org",
                            ".ada@example.org",
                            "ada.@example.org",
                            "a..b@example.org",
                            "ada(comment)@example.org",
                            "ada@example.org.",
                            "ada@.example.org",
                            "ada@example..org",
                            "ada@-example.org",
                            "ada@example-.org",
                            "ada@exa_mple.org",
                            "ada@192.0.2.1",
                            "ada@[192.0.2.256]",
                            "ada@[IPv6:2001:db8::g]",
                            "ada@[2001:db8::1]",
                            "ada@[]",
                            "\"ada@example.org",
                            "\"a\"b\"@example.org",
                            "\"ada\\\"@example.org",
                            "\"\"ada@example.org",
                            "\"a b\"@example.org",
                            "ada@\u20AC.example",
                            "ada\xFF@example.org",
                            "Ada <ada@example.org>");
  CAPTURE(bad);
  CHECK_FALSE(is_email(bad));
}

TEST_CASE("mailboxes are bounded", "[text]") {
  CHECK_FALSE(is_email(repeated(65) + "@example.org"));
  CHECK(is_email("a@" + repeated(63) + ".org"));
  CHECK_FALSE(is_email("a@" + repeated(64) + ".org"));
  const std::string labels = repeated(60) + "." + repeated(60) + "." + repeated(60);
  const std::string longest = repeated(64) + "@" + labels + "." + repeated(6);
  REQUIRE(longest.size() == muster::kEmailBytesMax);
  CHECK(is_email(longest));
  CHECK_FALSE(is_email(longest + "a"));
  CHECK_FALSE(is_email(std::string(100'000, '@')));
}

TEST_CASE("a NUL byte ends nothing", "[text]") {
  using namespace std::string_literals;
  CHECK_FALSE(is_email("ada@example.org\0x"s));
  CHECK_FALSE(is_email("ada@[192.0.2.1\0]"s));
  CHECK_FALSE(is_mobile("+14085551234\0"s));
}

TEST_CASE("mobile numbers are E.164", "[text]") {
  for (const char* good : {"+12", "+14085551234", "+123456789012345"}) {
    CAPTURE(good);
    CHECK(is_mobile(good));
  }
  for (const char* bad : {"",
                          "+",
                          "+1",
                          "14085551234",
                          "+04085551234",
                          "+1234567890123456",
                          "+1 4085551234",
                          "+1408555123a",
                          "++14085551234"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_mobile(bad));
  }
}

TEST_CASE("mobile numbers are read as people write them", "[text]") {
  for (const char* spelled : {"+14085551234",
                              "+1 408 555 1234",
                              "+1-408-555-1234",
                              "+1 (408) 555-1234",
                              " +1.408.555.1234 ",
                              "+1\u00A0408/555\u20111234"}) {
    CAPTURE(spelled);
    CHECK(normalise_mobile(spelled) == std::optional<std::string>{"+14085551234"});
  }
  for (const char* spelled : {"",
                              "408 555 1234",
                              "(408) 555-1234",
                              "+44 (0)20 7946 0000",
                              "+1 408 555 CALL",
                              "001 408 555 1234",
                              "tel:+14085551234"}) {
    CAPTURE(spelled);
    CHECK(normalise_mobile(spelled) == std::nullopt);
  }
}
