#include <catch2/catch.hpp>

#include "storage/backup/erasure_ledger.h"
#include "tests/storage/backup/backed_up.h"

namespace muster::test {
namespace {

TEST_CASE("a backup is checked by itself, and what is restored of it verifies") {
  BackedUp world;
  const BackupTaken taken = world.take();
  const auto checked = world.check();
  REQUIRE(checked.has_value());
  CHECK(checked->findings.empty());
  CHECK(checked->manifest == taken.manifest);
  CHECK(checked->files == taken.manifest.files.size());

  const auto restored = world.restore(world.restore_options());
  INFO((restored ? "" : restored.error().reason));
  REQUIRE(restored.has_value());
  CHECK(restored->epoch == Epoch{2});
  const Said said = StoppedDirectory::verify_at(world.place("restored"));
  INFO(said.text);
  CHECK(said.code == 0);
  CHECK(said.hashes() == world.directory.verify().hashes());
}

TEST_CASE("keys lie apart from the data, and nothing of one is in the other") {
  BackedUp world;
  world.take();
  for (const auto& [name, bytes] : contents_of(world.place("data"))) {
    CAPTURE(name);
    CHECK(name.find("keys") == std::string::npos);
  }
  for (const auto& [name, bytes] : contents_of(world.place("keys"))) {
    CAPTURE(name);
    CHECK(name.find(".sst") == std::string::npos);
  }
  BackupOptions both = world.options();
  both.keys_to = both.to;
  const auto refused = world.take(both);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "keys_beside_data");
}

TEST_CASE("a later backup copies only tables that are new, and leaves nothing behind") {
  BackedUp world;
  world.take();
  const BackupTaken second = world.take();
  const auto tables = static_cast<std::uint64_t>(std::ranges::count_if(
      second.manifest.files, [](const BackupFile& file) { return file.path.ends_with(".sst"); }));
  CHECK(tables > 0);
  CHECK(second.kept_files == tables);

  world.directory.resume([](LiveLog& live) { live.make_tenant(LogId{7}, "seven"); });
  const BackupTaken third = world.take();
  CHECK(third.kept_files > 0);
  CHECK(third.copied_bytes < third.manifest.bytes());
  std::set<std::string> named{"MANIFEST"};
  for (const BackupFile& file : third.manifest.files) {
    named.insert(file.stored().string());
  }
  for (const fs::path& place : {world.place("data"), world.place("keys")}) {
    for (const auto& [name, bytes] : contents_of(place)) {
      CAPTURE(name);
      CHECK(named.contains(name));
    }
  }
  CHECK(world.check()->findings.empty());
}

TEST_CASE("a table that is damaged is not backed up over a good one") {
  BackedUp world;
  const auto before = (world.take(), contents_of(world.place("data")));
  fs::remove_all(world.place("keys"));  // so that nothing is known of the tables
  fs::remove(world.place("data") / "MANIFEST");
  for (const auto& entry : fs::directory_iterator{world.directory.path() / "db"}) {
    if (entry.path().extension() == ".sst") {
      flip(entry.path(), entry.file_size() / 3);
      break;
    }
  }
  const auto refused = world.take(world.options());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::kCorrupt);
  CHECK_FALSE(fs::exists(world.place("data") / "MANIFEST"));
}

TEST_CASE("a backup that is ended at any point leaves the one before whole") {
  BackedUp world;
  world.take();
  const std::string before = *read_file(world.place("data") / "MANIFEST", 1U << 30U);
  world.directory.resume([](LiveLog& live) { live.make_tenant(LogId{7}, "seven"); });
  int ended = 0;
  for (int steps = 0;; ++steps) {
    BackupOptions options = world.options();
    options.sleep = [left = steps](std::chrono::milliseconds) mutable {
      return left-- > 0;
    };
    const auto taken = world.take(options);
    const auto checked = world.check();
    REQUIRE(checked.has_value());
    CHECK(checked->findings.empty());
    CHECK_FALSE(fs::exists(world.directory.path() / "checkpoint"));
    if (taken) {
      break;
    }
    CHECK(taken.error().rule == "stopped");
    CHECK(*read_file(world.place("data") / "MANIFEST", 1U << 30U) == before);
    ++ended;
  }
  CHECK(ended > 5);
  CHECK(*read_file(world.place("data") / "MANIFEST", 1U << 30U) != before);
}

TEST_CASE("a flipped bit in any file of a backup is found and the file is named") {
  BackedUp world;
  const BackupTaken taken = world.take();
  for (const BackupFile& file : taken.manifest.files) {
    if (file.bytes == 0) {
      continue;
    }
    const fs::path path =
        world.place(file.part == BackupPart::kKeys ? "keys" : "data") / file.stored();
    CAPTURE(path.string());
    flip(path, file.bytes / 2);
    const auto checked = world.check();
    REQUIRE(checked.has_value());
    REQUIRE(checked->findings.size() == 1);
    CHECK(checked->findings[0].text.find(path.string()) != std::string::npos);
    const auto restored = world.restore(world.restore_options());
    REQUIRE_FALSE(restored.has_value());
    CHECK(restored.error().rule == "backup_damaged");
    CHECK_FALSE(fs::exists(world.place("restored")));
    flip(path, file.bytes / 2);
  }
  fs::remove(world.place("data") / taken.manifest.files.back().stored());
  fs::remove(world.place("keys") / taken.manifest.files.back().stored());
  CHECK(world.check()->findings.at(0).rule == "backup_file_missing");
}

TEST_CASE("a MANIFEST that was altered, or that somebody else signed, is refused") {
  BackedUp world;
  world.take();
  const fs::path manifest = world.place("data") / "MANIFEST";
  const std::string good = *read_file(manifest, 1U << 20U);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    flip(manifest, at);
    CAPTURE(at);
    CHECK_FALSE(world.check().has_value());
    flip(manifest, at);
  }
  REQUIRE(world.check().has_value());
  // Signed anew by another key, which it names itself: good for itself, not for who knows better.
  SecretKey seed;
  seed.writable()[0] = 1;
  const HeadKey other = *HeadKey::from_seed(seed, "muster.log/0/1");
  BackupManifest forged = *manifest_in(good);
  const std::string verifier = std::exchange(forged.verifier, other.verifier());
  REQUIRE(write_file_atomically(manifest, sign_note(other, write_manifest(forged))));
  CHECK(world.check().has_value());
  BackupCheck strict = world.check_options();
  strict.verifier = verifier;
  REQUIRE_FALSE(open_backup(strict).has_value());
  CHECK(open_backup(strict).error().rule == "manifest_not_signed");
  const auto restored = world.restore(world.restore_options());
  REQUIRE_FALSE(restored.has_value());
  CHECK(restored.error().rule == "manifest_not_ours");
}

TEST_CASE("a place that holds something else is not taken for a backup") {
  BackedUp world;
  fs::create_directories(world.place("data"));
  REQUIRE(write_file_atomically(world.place("data") / "diary", "dear diary"));
  const auto refused = world.take(world.options());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "not_a_backup");
  CHECK(fs::exists(world.place("data") / "diary"));
}

TEST_CASE("the list of erased people beside a backup only grows") {
  BackedUp world;
  world.take();
  const fs::path ours = world.directory.path() / "erasures";
  REQUIRE(write_file_atomically(ours, "one\n"));
  world.take();
  CHECK(*read_file(world.place("data") / "erasures", 100) == "one\n");
  REQUIRE(write_file_atomically(ours, "one\ntwo\n"));
  REQUIRE(copy_erasure_ledger(world.directory.path(), world.place("data")));
  CHECK(*read_file(world.place("data") / "erasures", 100) == "one\ntwo\n");
  REQUIRE(write_file_atomically(ours, "one\ntwo\nthr"));
  world.take();
  CHECK(*read_file(world.place("data") / "erasures", 100) == "one\ntwo\n");
  REQUIRE(write_file_atomically(ours, "other\n"));
  const auto refused = world.take(world.options());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "erasures_differ");
}

}  // namespace
}  // namespace muster::test
