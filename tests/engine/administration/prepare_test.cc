#include "engine/administration/prepare.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("ids are short and safe in URLs", "[administration]") {
  for (const char* id : {"a", "default", "A1", "9_.-z", "0-0"}) {
    CAPTURE(id);
    CHECK(is_id(id));
  }
  for (const char* id : {"", "-a", ".a", "_a", "a b", "a/b", "a%41", "\xC3\xA9", "a\n"}) {
    CAPTURE(id);
    CHECK_FALSE(is_id(id));
  }
  CHECK(is_id(std::string(64, 'a')));
  CHECK_FALSE(is_id(std::string(65, 'a')));
  CHECK_FALSE(is_id(std::string("a\0b", 3)));
}

TEST_CASE("lengths of texts are counted in characters", "[administration]") {
  CHECK(is_line("\xC3\xA9\xC3\xA9", 2));
  CHECK_FALSE(is_line("\xC3\xA9\xC3\xA9", 1));
  CHECK_FALSE(is_line("\xC3", 9));
}

TEST_CASE("only descriptions may have line breaks", "[administration]") {
  CHECK_FALSE(is_line("a\nb", 9));
  CHECK(is_description("a\r\n\tb"));
  CHECK_FALSE(is_description(std::string("a\0b", 3)));
  CHECK_FALSE(is_description("a\x1B[1m"));
}

TEST_CASE("all faults are told at once", "[administration]") {
  Faults faults;
  CHECK(faults.done("invalid_request").has_value());
  check_id(faults, "/id", "?");
  check_name(faults, "/name", "");
  check_name(faults, "/other", "\n");
  check_description(faults, "/description", std::string(5000, 'x'));
  const Result<void> done = faults.done("invalid_request");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == Errc::kInvalid);
  CHECK(done.error().rule == "invalid_request");
  REQUIRE(done.error().faults.size() == 4);
  CHECK(done.error().faults[0].pointer == "/id");
  CHECK(done.error().faults[1].rule == "required");
  CHECK(done.error().faults[2].rule == "text");
  CHECK(done.error().faults[3].pointer == "/description");
}

TEST_CASE("failures have the code that callers react to", "[administration]") {
  CHECK(not_found("user").code == Errc::kNotFound);
  CHECK(not_found("user").rule == "user_not_found");
  CHECK(taken("user_id").code == Errc::kAlreadyTaken);
  CHECK(taken("user_id").rule == "user_id_taken");
  CHECK(stale().code == Errc::kStale);
}
