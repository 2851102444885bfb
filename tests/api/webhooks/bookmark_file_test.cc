#include "api/webhooks/bookmark_file.h"

#include <catch2/catch.hpp>

#include "api/webhooks/signature.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {
namespace {

Bookmark some_bookmark() {
  return {3, 57, {{1, 40, 12, 1'795'224'821'670'644, "status 500"}, {3, 41, 12, 5, "a \"b\"\n"}}};
}

TEST_CASE("a bookmark is read as it was written") {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "b";
  CHECK_FALSE(*read_bookmark_file(path));
  for (const Bookmark& bookmark : {Bookmark{}, some_bookmark()}) {
    REQUIRE(write_bookmark_file(path, bookmark));
    CHECK(**read_bookmark_file(path) == bookmark);
  }
  CHECK(write_bookmark({1, 57, {{1, 40, 12, 1'795'224'821'670'644, "status 500"}}})
            .starts_with("muster webhook 1\nepoch 1\nnext 57\ndead 1 40 12 1795224821670644 "
                         "\"status 500\"\ncheck "));
}

TEST_CASE("a bookmark with any bit turned, or cut short, is damaged") {
  const std::string good = write_bookmark(some_bookmark());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      INFO(i << " " << bit);
      REQUIRE_FALSE(parse_bookmark(bad));
    }
    REQUIRE_FALSE(parse_bookmark(good.substr(0, i)));
  }
}

// The key and message of the specification's example; the signature was made with Python's hmac.
TEST_CASE("deliveries are signed as Standard Webhooks says") {
  const auto signature = webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                                           "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                           1'614'265'330,
                                           R"({"test": 2432232314})");
  REQUIRE(signature);
  CHECK(*signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK_FALSE(webhook_signature("MfKQ9r8G", "id", 1, ""));
}

}  // namespace
}  // namespace muster::test
