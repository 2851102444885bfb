#include <catch2/catch.hpp>

#include "storage/log/kv_tree_nodes.h"
#include "storage/recovery.h"
#include "tests/storage/backup/backed_up.h"

namespace muster::test {
namespace {

constexpr LogId kLog{1};

/// Adds events of log 1 to the directory, and says how many it has then.
std::uint64_t write_more(BackedUp& world, int events) {
  std::uint64_t size = 0;
  world.directory.resume([&](LiveLog& live) {
    for (int i = 0; i < events; ++i) {
      live.make_schema(kLog, "more-" + std::to_string(events) + "-" + std::to_string(i), 100);
      live.commit();
    }
  });
  world.directory.with_store([&](Kv& kv) {
    std::string row;
    REQUIRE(kv.get(Family::kMeta, head_key(kLog), row));
    size = parse_head_row(row).value();
  });
  return size;
}

std::unique_ptr<DataDirectory> open(BackedUp& world, const fs::path& path) {
  DataDirectoryOptions options;
  options.path = path;
  auto directory = DataDirectory::open(options, world.world.clock, world.world.entropy);
  INFO((directory ? "" : directory.error().reason));
  REQUIRE(directory.has_value());
  return std::move(*directory);
}

TEST_CASE("the lost directory tells exactly what is lost") {
  BackedUp world;
  const std::uint64_t size = world.take().manifest.logs.at(kLog).size;
  const std::uint64_t newest = write_more(world, 20);
  REQUIRE(newest > size);
  RestoreOptions options = world.restore_options();

  SECTION("to the last event, when its store can be read") {
    options.evidence.lost = world.directory.path();
    const auto restored = world.restore(options);
    REQUIRE(restored.has_value());
    const LostRange lost = restored->evidence.lost.at(kLog);
    CHECK(lost.from == size);
    CHECK(lost.to == newest);
    CHECK(lost.exact);
  }

  SECTION("at least as far as tree heads were given out, when only those are left") {
    fs::remove_all(world.directory.path() / "db");
    options.evidence.lost = world.directory.path();
    const auto restored = world.restore(options);
    REQUIRE(restored.has_value());
    const LostRange lost = restored->evidence.lost.at(kLog);
    CHECK(lost.from == size);
    CHECK(lost.to == newest);
    CHECK_FALSE(lost.exact);
    CHECK(lost.evidence.ends_with("tree-heads/1"));
  }

  SECTION("or by a head that somebody kept elsewhere") {
    fs::copy(world.directory.path() / "tree-heads" / "1", world.place("kept"));
    options.evidence.heads = {world.place("kept")};
    const auto restored = world.restore(options);
    REQUIRE(restored.has_value());
    CHECK(restored->evidence.lost.at(kLog).to == newest);
    CHECK(restored->evidence.unknown == std::vector{kSystemLog, LogId{2}});
  }

  SECTION("nothing is known when nobody says anything") {
    const auto restored = world.restore(options);
    REQUIRE(restored.has_value());
    CHECK(restored->evidence.lost.empty());
    CHECK(restored->evidence.unknown.size() == restored->manifest.logs.size());
  }
}

TEST_CASE("a backup of another history is refused as a fork") {
  BackedUp world;
  // Two directories that were one until the backup, with other events since.
  world.take();
  fs::copy(world.directory.path(), world.place("twin"), fs::copy_options::recursive);
  const std::uint64_t newest = write_more(world, 10);
  BackupOptions later = world.options();
  later.to = world.place("later");
  later.keys_to = world.place("later-keys");
  REQUIRE(world.take(later));
  // The twin goes its own way, further than the backup.
  fs::remove_all(world.directory.path());
  fs::copy(world.place("twin"), world.directory.path(), fs::copy_options::recursive);
  REQUIRE(write_more(world, 40) > newest);

  RestoreOptions options = world.restore_options();
  options.backup.from = later.to;
  options.backup.keys = later.keys_to;
  SECTION("by the store") {
    options.evidence.lost = world.directory.path();
  }
  SECTION("by a head of the same size or less") {
    RestoreOptions first = world.restore_options();
    first.to = world.place("first");
    REQUIRE(world.restore(first));
    // A head of epoch 1 over fewer events than the backup has, of the twin's history.
    fs::copy(world.place("twin") / "tree-heads" / "1", world.place("head"));
    std::string note = *read_file(world.place("head"), 1000);
    auto twin = open(world, world.directory.path());
    KvTreeNodes nodes{twin->kv(), kLog};
    const Digest root = *tree_root(nodes, newest);
    const HeadKey key = *twin->vault().head_key(kLog, twin->origin(kLog));
    note = sign_checkpoint(key, {twin->origin(kLog), newest, root});
    REQUIRE(twin->close());
    REQUIRE(write_file_atomically(world.place("head"), note));
    options.evidence.heads = {world.place("head")};
  }
  const auto restored = world.restore(options);
  REQUIRE_FALSE(restored.has_value());
  CHECK(restored.error().rule == "backup_forks");
  CHECK_FALSE(fs::exists(world.place("restored")));
  CHECK_FALSE(fs::exists(world.place("restored.restoring")));
}

TEST_CASE("a head that is not this directory's, or damaged, proves nothing and is refused") {
  BackedUp world;
  world.take();
  RestoreOptions options = world.restore_options();
  const std::string good = *read_file(world.directory.path() / "tree-heads" / "1", 1000);
  for (const std::string& note : {std::string{"no head"},
                                  std::string{good}.replace(good.find('/') + 1, 1, "8"),
                                  std::string{good}.replace(good.find('\n') + 1, 1, "9")}) {
    CAPTURE(note);
    REQUIRE(write_file_atomically(world.place("head"), note));
    options.evidence.heads = {world.place("head")};
    const auto restored = world.restore(options);
    const bool unknown_log = restored && restored->evidence.lost.contains(LogId{8});
    CHECK((unknown_log || (!restored && restored.error().rule == "tree_head_damaged")));
    fs::remove_all(world.place("restored"));
  }
}

TEST_CASE("a restored directory begins an epoch that says where the one before ended") {
  BackedUp world;
  const BackupTaken taken = world.take();
  REQUIRE(world.restore(world.restore_options()));
  const auto directory = open(world, world.place("restored"));
  CHECK(directory->epoch() == Epoch{2});
  REQUIRE(directory->epochs() != nullptr);
  for (const auto& [log, end] : taken.manifest.logs) {
    CHECK(directory->epochs()->size_at_end(Epoch{1}, log) == end.size);
    CHECK(directory->origin(log) != end.origin);
    CHECK(directory->kept_tree_size(log) == end.size);
  }
  REQUIRE(directory->close());
}

TEST_CASE("epochs go on counting, whatever was restored of what") {
  BackedUp world;
  const BackupTaken first = world.take();
  write_more(world, 5);
  RestoreOptions options = world.restore_options();
  REQUIRE(world.restore(options)->epoch == Epoch{2});
  // The second epoch is lost too, and the old backup has to do again.
  options.evidence.lost = world.place("restored");
  options.to = world.place("again");
  const auto again = world.restore(options);
  INFO((again ? "" : again.error().reason));
  REQUIRE(again.has_value());
  CHECK(again->epoch == Epoch{3});
  auto directory = open(world, world.place("again"));
  const std::uint64_t size = first.manifest.logs.at(kLog).size;
  CHECK(directory->epochs()->size_at_end(Epoch{1}, kLog) == size);
  CHECK(directory->epochs()->size_at_end(Epoch{2}, kLog) == size);
  REQUIRE(directory->close());
  options.to = world.place("far");
  options.epoch_min = Epoch{9};
  CHECK(world.restore(options)->epoch == Epoch{9});
}

TEST_CASE("two restores of one backup are no fork of each other") {
  BackedUp world;
  world.take();
  RestoreOptions options = world.restore_options();
  REQUIRE(world.restore(options));
  options.to = world.place("twin");
  REQUIRE(world.restore(options));
  auto one = open(world, world.place("restored"));
  auto other = open(world, world.place("twin"));
  CHECK(one->origin(kLog) != other->origin(kLog));
  REQUIRE(one->close());
  REQUIRE(other->close());
}

TEST_CASE("nothing is signed below what was signed, nor twice at one size") {
  BackedUp world;
  auto directory = open(world, world.directory.path());
  const Frontier frontier = directory->log().frontier(kLog);
  REQUIRE(directory->sign_tree_head(kLog, {frontier.size(), frontier.root()}));
  Digest other{};
  for (const TreeRoot& tree :
       {TreeRoot{frontier.size(), other}, TreeRoot{frontier.size() - 1, frontier.root()}}) {
    const auto refused = directory->sign_tree_head(kLog, tree);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().rule == "tree_head_fork");
  }
  REQUIRE(directory->close());
}

TEST_CASE("keys that what was lost may have given out are given to nobody else") {
  BackedUp world;
  world.take();
  REQUIRE(world.restore(world.restore_options()));
  auto directory = open(world, world.place("restored"));
  const Slot first = directory->log().first_free_slot();
  const auto reserved = directory->vault().reserve_slot(kLog);
  REQUIRE(reserved.has_value());
  auto before = open(world, world.directory.path());
  CHECK(*reserved >= before->vault().slots().end());
  CHECK(*reserved > first);
  REQUIRE(before->close());
  REQUIRE(directory->close());
}

TEST_CASE("a restore does not bring erased people back") {
  BackedUp world;
  REQUIRE(write_file_atomically(world.directory.path() / "erasures", "known\n"));
  world.take();
  CHECK(world.restore(world.restore_options())->erasures_after == 0);
  fs::remove_all(world.place("restored"));

  REQUIRE(write_file_atomically(world.place("data") / "erasures", "known\nlater\n"));
  const auto refused = world.restore(world.restore_options());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "erasures_pending");
  CHECK_FALSE(fs::exists(world.place("restored")));

  std::string seen;
  RestoreOptions options = world.restore_options();
  options.reapply_erasures = [&](const fs::path& directory) -> Result<void> {
    MUSTER_TRY(seen, read_file(directory / "erasures", 100));
    return {};
  };
  const auto restored = world.restore(options);
  REQUIRE(restored.has_value());
  CHECK(restored->erasures_after == 6);
  CHECK(seen == "known\nlater\n");
}

TEST_CASE("a restore never writes over what is there") {
  BackedUp world;
  world.take();
  RestoreOptions options = world.restore_options();
  options.to = world.directory.path();
  const auto refused = world.restore(options);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "target_not_empty");
  CHECK(world.directory.verify().code == 0);
}

}  // namespace
}  // namespace muster::test
