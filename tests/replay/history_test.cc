// muster-replay history: what happened to one stream, without telling what is personal.
#include <catch2/catch.hpp>

#include "replay/exit_codes.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

using test::Said;
using test::StoppedDirectory;

struct Fixture {
  test::LiveUser ada;
  test::LiveUser gone;
  test::LivePool pool;
  StoppedDirectory directory{[this](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.make_tenant(LogId{2}, "two");
    live.commit();
    live.act_as_client(LogId{1}, "client");
    pool = live.make_pool(LogId{1}, "people", true);
    ada = live.make_user(pool, "ada");
    gone = live.make_user(pool, "gone");
    REQUIRE(live.change(ada,
                        {UserPayloadReplaced{"person", test::LiveLog::payload("Eve", 1)},
                         UserStatusChanged{"inactive"}}));
    live.erase(gone);
    // By herself: the request is sealed under the key of the very stream it changes.
    live.act_as(LogId{1}, ada.stream, ada.slot);
    REQUIRE(live.change(ada, {UserStatusChanged{"active"}}));
    live.origin = {};
    live.make_user(live.make_pool(LogId{2}, "people", true), "ada");
  }};

  Said show(const std::string& stream, bool values) const {
    replay::HistoryOptions options;
    options.stream = stream;
    options.show_values = values;
    return directory.history(options);
  }
};

TEST_CASE("the history of a stream lists its events with their origin") {
  const Fixture fixture;
  const Said said = fixture.show(fixture.ada.stream.text(), false);
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitOk);
  CHECK(said.text.find("user.created  revision 1") < said.text.find("user.payload_replaced"));
  CHECK(said.text.find("user.payload_replaced  revision 2") <
        said.text.find("user.status_changed"));
  CHECK(said.has("status = \"inactive\""));
  CHECK(said.has("user.status_changed  revision 4"));
  CHECK(said.has("client " + fixture.ada.stream.text()));
  CHECK(said.has("client "));
  CHECK(said.has("request req-1"));
  CHECK(said.has("payload (personal)"));
  CHECK(said.has("credentials (secret)"));
  CHECK_FALSE(said.has("Muster"));
}

TEST_CASE("personal values are shown when asked for, secret ones never") {
  const Fixture fixture;
  const Said said = fixture.show(fixture.ada.stream.text(), true);
  CHECK(said.has("\"family_name\":\"Muster\""));
  CHECK(said.has("First.ada@Example.org"));
  CHECK(said.has("credentials (secret)"));
  CHECK_FALSE(said.has("not a real one"));
}

TEST_CASE("an erased person has a history without values") {
  const Fixture fixture;
  const Said said = fixture.show(fixture.gone.stream.text(), true);
  CHECK(said.code == replay::kExitOk);
  CHECK(said.has("user.erased"));
  CHECK(said.has("(what was personal is erased)"));
  CHECK_FALSE(said.has("Muster"));
}

TEST_CASE("a user is found by pool and id, in the tenant that is named") {
  const Fixture fixture;

  struct Row {
    const char* tenant;
    const char* pool;
    const char* user;
    int code;
    const char* says;
  };

  for (const Row& row : {Row{"one", "people", "ada", replay::kExitOk, "user.payload_replaced"},
                         Row{"two", "pool people", "ada", replay::kExitOk, "user.created"},
                         Row{"", "people", "ada", replay::kExitUsage, "user_ambiguous"},
                         Row{"one", "people", "eve", replay::kExitUsage, "user_not_found"},
                         Row{"one", "people", "gone", replay::kExitUsage, "--stream"},
                         Row{"one", "nobody", "ada", replay::kExitUsage, "user_not_found"},
                         Row{"three", "people", "ada", replay::kExitUsage, "tenant_not_found"},
                         Row{"one", "people", "", replay::kExitUsage, "stream_unnamed"}}) {
    CAPTURE(row.tenant, row.pool, row.user);
    replay::HistoryOptions options;
    options.tenant = row.tenant;
    options.pool = row.pool;
    options.user = row.user;
    const Said said = fixture.directory.history(options);
    CAPTURE(said.text);
    CHECK(said.code == row.code);
    CHECK(said.has(row.says));
  }
}

TEST_CASE("a stream that is none, or of nobody, is said to be so") {
  const Fixture fixture;
  CHECK(fixture.show("ada", false).code == replay::kExitUsage);
  CHECK(fixture.show("ada", false).has("stream_malformed"));
  CHECK(fixture.show("01900000-0000-7000-8000-000000000000", false).has("stream_not_found"));
}

}  // namespace
}  // namespace muster
