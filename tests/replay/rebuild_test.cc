// muster-replay rebuild: from the log alone to the very rows that were there.
#include <catch2/catch.hpp>

#include "replay/derived_families.h"
#include "replay/exit_codes.h"
#include "storage/log/group_record.h"
#include "storage/seal/slot_record.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

using test::Said;
using test::StoppedDirectory;

TEST_CASE(
    "with everything but log, segments, attachments and keys deleted a rebuild brings it back") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const Said before = directory.verify();
  REQUIRE(before.code == replay::kExitOk);

  CHECK(directory.forget_views().code == replay::kExitOk);
  CHECK(directory.verify().code == replay::kExitFound);
  CHECK(directory.open_as_server().error().rule == "views_missing");

  const Said rebuilt = directory.rebuild();
  CAPTURE(rebuilt.text);
  CHECK(rebuilt.code == replay::kExitOk);
  CHECK(rebuilt.hashes() == before.hashes());
  const Said after = directory.verify();
  CAPTURE(after.text);
  CHECK(after.code == replay::kExitOk);
  CHECK(after.hashes() == before.hashes());
  CHECK(directory.open_as_server().has_value());
  CHECK_FALSE(std::filesystem::exists(directory.path() / "rebuild"));
}

TEST_CASE("a rebuild mends wrong, missing and surplus rows, and a second one changes nothing") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  directory.put(Family::kUserKeys, "surplus", "x");
  directory.put(Family::kStates, "surplus", "x");
  directory.with_store([](Kv& kv) { REQUIRE(kv.clear_family(Family::kCounts).has_value()); });
  CHECK(directory.verify().code == replay::kExitFound);
  for (int round = 0; round < 2; ++round) {
    CHECK(directory.rebuild().hashes() == clean);
    CHECK(directory.verify().code == replay::kExitOk);
  }
}

TEST_CASE("rows that do not fit into memory, states that do not, and one thread give the same") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  replay::RebuildOptions options = directory.rebuild_options();
  options.lane_bytes_max = 10'000;
  options.fold.users_max = 7;
  options.fold.threads = 3;
  CHECK(directory.rebuild(options).hashes() == clean);
  options.fold.threads = 1;
  CHECK(directory.rebuild(options).hashes() == clean);
  CHECK(directory.verify().code == replay::kExitOk);
}

TEST_CASE("an empty directory, and one of one event, can be rebuilt") {
  for (const bool empty : {true, false}) {
    CAPTURE(empty);
    StoppedDirectory directory{[&](test::LiveLog& live) {
      if (!empty) {
        live.make_tenant(LogId{1}, "only");
      }
    }};
    CHECK(directory.forget_views().code == replay::kExitOk);
    CHECK(directory.rebuild().code == replay::kExitOk);
    CHECK(directory.verify().code == replay::kExitOk);
    CHECK(directory.open_as_server().has_value());
  }
}

/// Lets a rebuild go `steps` steps far. True when it got through.
bool rebuild_for(const StoppedDirectory& directory, int steps) {
  replay::RebuildOptions options = directory.rebuild_options();
  options.on_step = [&](std::string_view) -> Result<void> {
    return steps-- > 0 ? Result<void>{} : failure(Errc::kIo, "stopped", "by the test");
  };
  return directory.rebuild(options).code == replay::kExitOk;
}

TEST_CASE("a rebuild that has changed nothing yet may stop") {
  StoppedDirectory directory{StoppedDirectory::populate};
  CHECK_FALSE(rebuild_for(directory, 0));
  CHECK(directory.open_as_server().has_value());
}

void check_stopped(StoppedDirectory& directory, const std::string& clean) {
  const auto refused = directory.open_as_server();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "rebuild_unfinished");
  replay::HistoryOptions history;
  history.stream = "01900000-0000-7000-8000-000000000000";
  CHECK(directory.history(history).code == replay::kExitCannotOpen);
  const Said again = directory.rebuild();
  CHECK(again.code == replay::kExitOk);
  CHECK(again.hashes() == clean);
  CHECK(directory.open_as_server().has_value());
}

TEST_CASE("a rebuild that stops between two views is noticed and can be run again") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  REQUIRE_FALSE(rebuild_for(directory, 6));
  check_stopped(directory, clean);
}

TEST_CASE("a rebuild that stops anywhere is noticed and can be run again", "[slow]") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  int steps = 1;
  for (; !rebuild_for(directory, steps); ++steps) {
    CAPTURE(steps);
    REQUIRE(steps < 100);
    check_stopped(directory, clean);
  }
  CHECK(steps == 2 + 2 * static_cast<int>(replay::kDerivedFamilies.size()));
}

TEST_CASE("nothing is touched while something is wrong with the log") {
  StoppedDirectory directory{StoppedDirectory::populate};
  std::string key;
  std::string value;
  directory.with_store([&](Kv& kv) {
    REQUIRE(kv.scan(Family::kSegments, KvRange::all(), [&](auto found, auto bytes) {
                key = found;
                value = bytes;
                return false;
              }).has_value());
  });
  const std::string clean = directory.verify().hashes();
  directory.put(Family::kSegments, key, value + "x");
  const Said said = directory.rebuild();
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("nothing was changed"));
  directory.put(Family::kSegments, key, value);
  const Said after = directory.verify();
  CHECK(after.code == replay::kExitOk);
  CHECK(after.hashes() == clean);
}

TEST_CASE("an erasure whose key was not destroyed yet is taken up again after a rebuild") {
  test::LiveUser user;
  StoppedDirectory directory{[&](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.commit();
    const auto pool = live.make_pool(LogId{1}, "p", true);
    user = live.make_user(pool, "ada");
    live.commit();
    live.erase(user);
    live.commit();
    live.make_user(pool, "eve");  // this group notes that the key was destroyed
  }};
  REQUIRE(directory.verify().code == replay::kExitOk);
  // A slot that does not say "erased" is as good as one that still holds the key.
  test::flip(directory.path() / "keys" / "slots", raw(user.slot) * kSlotBytes + 9);
  const Said said = directory.verify();
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("key_not_destroyed"));
  CHECK(directory.rebuild().code == replay::kExitOk);
  CHECK(directory.open_as_server().has_value());
  CHECK(directory.verify().code == replay::kExitOk);
}

TEST_CASE("a sealed segment that survived an erasure is found, and goes with a rebuild") {
  test::LiveUser user;
  StoppedDirectory directory{[&](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.commit();
    user = live.make_user(live.make_pool(LogId{1}, "p", true), "ada");
  }};
  const std::string key = segment_key(LogId{1}, Position{1}, 0);
  std::string segment;
  directory.with_store([&](Kv& kv) { REQUIRE(*kv.get(Family::kSegments, key, segment)); });
  directory.resume([&](test::LiveLog& live) { live.erase(user); });
  CHECK(directory.verify().code == replay::kExitOk);

  directory.put(Family::kSegments, key, segment);
  const Said said = directory.verify();
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("erased_segment_kept: log 1 stream " + user.stream.text()));
  CHECK(directory.rebuild().code == replay::kExitOk);
  CHECK(directory.verify().code == replay::kExitOk);
  directory.with_store([&](Kv& kv) { CHECK_FALSE(*kv.get(Family::kSegments, key, segment)); });
}

}  // namespace
}  // namespace muster
