// muster-replay rebuild: from the log alone to the very rows that were there.
#include <catch2/catch.hpp>

#include "replay/derived_families.h"
#include "replay/exit_codes.h"
#include "storage/log/group_record.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

using test::Said;
using test::StoppedDirectory;

TEST_CASE("with everything but log, segments, attachments and keys deleted a rebuild brings it back") {
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

TEST_CASE("a rebuild that stops anywhere is noticed and can be run again") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const std::string clean = directory.verify().hashes();
  int stopped = 0;
  for (int last_step = 0;; ++last_step) {
    CAPTURE(last_step);
    REQUIRE(last_step < 100);
    replay::RebuildOptions options = directory.rebuild_options();
    int step = 0;
    options.on_step = [&](std::string_view) -> Result<void> {
      return step++ < last_step ? Result<void>{} : failure(Errc::kIo, "stopped", "by the test");
    };
    if (directory.rebuild(options).code == replay::kExitOk) {
      break;
    }
    ++stopped;
    if (last_step == 0) {
      CHECK(directory.open_as_server().has_value());  // nothing was changed yet
      continue;
    }
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
  CHECK(stopped == 2 + 2 * static_cast<int>(replay::kDerivedFamilies.size()));
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
  std::string slots_before;
  const auto slots_file = [](const std::filesystem::path& path) { return path / "keys" / "slots"; };
  std::filesystem::path path;
  StoppedDirectory directory{[&](test::LiveLog& live) {
    live.make_tenant(LogId{1}, "one");
    live.commit();
    user = live.make_user(live.make_pool(LogId{1}, "p", true), "ada");
    live.commit();
    live.erase(user);
  }, [&](const std::filesystem::path& running) { path = running; }};
  REQUIRE(directory.verify().code == replay::kExitOk);
  // As if the process had died between the commit and the destruction of the key: a slot that is
  // not erased, here made from a neighbour that was never given out.
  auto bytes = read_file(slots_file(path), 1'000'000);
  REQUIRE(bytes.has_value());
  test::flip(slots_file(path), raw(user.slot) * 128 + 9);
  const Said said = directory.verify();
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("key_not_destroyed"));
  CHECK(directory.rebuild().code == replay::kExitOk);
  CHECK(directory.open_as_server().has_value());
  CHECK(directory.verify().code == replay::kExitOk);
}

}  // namespace
}  // namespace muster
