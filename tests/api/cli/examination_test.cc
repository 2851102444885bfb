// What `muster doctor` finds, and what it advises.
#include "api/cli/examination.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "projections/scrub/scrub_notes.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using test::StoppedDirectory;

/// The wall clock, set forwards or backwards.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::int64_t shift) : shift_{shift} {}

  Micros now() override { return Micros{raw(clock_.now()) + shift_}; }

  Micros boot_time() override { return clock_.boot_time(); }

 private:
  SystemClock clock_;
  std::int64_t shift_;
};

/// The events of these directories are of 2027.
constexpr std::int64_t kYear = 31'536'000'000'000;

std::vector<Diagnosis> look(const fs::path& path, std::int64_t shift = 2 * kYear) {
  ExaminationOptions options;
  options.data = path;
  ShiftedClock clock{shift};
  SystemEntropy entropy;
  return examine(options, clock, entropy);
}

Verdict worst(const std::vector<Diagnosis>& found) {
  Verdict verdict = Verdict::kFine;
  for (const Diagnosis& one : found) {
    verdict = std::max(verdict, one.verdict);
  }
  return verdict;
}

/// Whether it says so, with this verdict, and advises something.
bool says(const std::vector<Diagnosis>& found,
          Verdict verdict,
          std::string_view about,
          std::string_view words) {
  for (const Diagnosis& one : found) {
    UNSCOPED_INFO(one.about << ": " << one.says << " -> " << one.next);
  }
  return std::ranges::any_of(found, [&](const Diagnosis& one) {
    const bool advised = verdict == Verdict::kFine || !one.next.empty();
    return one.verdict == verdict && one.about == about && advised &&
           one.says.find(words) != std::string::npos;
  });
}

TEST_CASE("a directory that is well is told so, and nothing is changed") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const auto before = directory.verify().hashes();
  const auto found = look(directory.path());
  CHECK(says(found, Verdict::kFine, "format", "format 1, epoch 1"));
  CHECK(says(found, Verdict::kFine, "contents", "events"));
  CHECK(says(found, Verdict::kFine, "keys", "keys open"));
  CHECK(says(found, Verdict::kFine, "shutdown", "closed in order"));
  CHECK(says(found, Verdict::kFine, "clock", "not behind"));
  CHECK(says(found, Verdict::kNotice, "backup", "no backup"));
  CHECK(says(found, Verdict::kNotice, "scrub", "no pass"));
  CHECK(worst(found) == Verdict::kNotice);
  CHECK(directory.verify().hashes() == before);
}

TEST_CASE("a clock behind the events, an old backup and an old scrub want attention") {
  StoppedDirectory directory{StoppedDirectory::populate};
  REQUIRE(write_file_atomically(directory.path() / "last-backup", "2027-01-01T00:00:00.000Z\n"));
  ScrubNotes notes;
  notes.passed_began = Micros{1'800'000'000'000'000};
  notes.passed_ended = notes.passed_began;
  REQUIRE(notes.save(directory.path()));
  CHECK(says(look(directory.path(), 0), Verdict::kNotice, "clock", "ahead of the clock"));
  const auto later = look(directory.path());
  CHECK(says(later, Verdict::kNotice, "backup", "days ago"));
  CHECK(says(later, Verdict::kNotice, "scrub", "2027"));
}

TEST_CASE("what keeps a directory from opening is said with what to do") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const fs::path path = directory.path();

  SECTION("no directory") {
    CHECK(says(look(path / "nowhere"), Verdict::kBad, "directory", "there is no directory"));
  }
  SECTION("no FORMAT") {
    fs::remove(path / "FORMAT");
    CHECK(says(look(path), Verdict::kBad, "format", "format_missing"));
  }
  SECTION("a damaged FORMAT") {
    test::flip(path / "FORMAT", 9);
    CHECK(says(look(path), Verdict::kBad, "format", "format_damaged"));
  }
  SECTION("a feature of a newer version") {
    DirectoryFormat format = *read_format_file(path);
    format.features = {"telepathy"};
    REQUIRE(write_format_file(path, format));
    CHECK(says(look(path), Verdict::kBad, "format", "telepathy"));
  }
  SECTION("no master key") {
    fs::remove(path / "keys" / "master.key");
    CHECK(says(look(path), Verdict::kBad, "contents", "master_key_missing"));
  }
  SECTION("a master key that others may read") {
    fs::permissions(path / "keys" / "master.key", fs::perms{0644});
    CHECK(says(look(path), Verdict::kBad, "secrets", "others may read"));
  }
  SECTION("no key slots") {
    fs::remove(path / "keys" / "slots");
    CHECK(says(look(path), Verdict::kBad, "contents", "keys_missing"));
  }
  SECTION("a damaged slot") {
    test::flip(path / "keys" / "slots", 300);
    CHECK(says(look(path), Verdict::kBad, "keys", "slot 2 at byte 256"));
  }
  SECTION("a damaged tree head") {
    test::flip(path / "tree-heads" / "1", 4);
    CHECK(says(look(path), Verdict::kBad, "contents", "tree_head_damaged"));
  }
  SECTION("an older store than its tree heads") {
    const fs::path old = path.parent_path() / "old";
    fs::copy(path / "db", old, fs::copy_options::recursive);
    directory.resume([](test::LiveLog& live) { live.make_schema(LogId{1}, "newer", 100); });
    fs::remove_all(path / "db");
    fs::rename(old, path / "db");
    CHECK(says(look(path), Verdict::kBad, "contents", "log_behind_tree_head"));
  }
  SECTION("views that are being made anew") {
    directory.put(Family::kMeta, "rebuilding", "");
    CHECK(says(look(path), Verdict::kBad, "contents", "rebuild_unfinished"));
  }
}

TEST_CASE("an unclean stop, its torn end and what it left are told apart from damage") {
  fs::path copy;
  const ScratchDirectory scratch;
  StoppedDirectory directory{StoppedDirectory::populate, [&](const fs::path& running) {
                               copy = scratch.path() / "killed";
                               fs::copy(running, copy, fs::copy_options::recursive);
                             }};
  fs::create_directory(copy / "checkpoint");
  auto found = look(copy);
  CHECK(says(found, Verdict::kNotice, "shutdown", "not closed in order"));
  CHECK(says(found, Verdict::kNotice, "leftovers", "checkpoint"));
  CHECK(says(found, Verdict::kFine, "contents", "events"));

  fs::path log;
  for (const auto& entry : fs::directory_iterator{copy / "db"}) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) {
      log = entry.path();
    }
  }
  REQUIRE_FALSE(log.empty());
  fs::resize_file(log, fs::file_size(log) - 3);
  found = look(copy);
  CHECK(says(found, Verdict::kNotice, "shutdown", "torn end"));
  test::flip(log, fs::file_size(log) / 2);
  CHECK(says(look(copy), Verdict::kBad, "contents", "wal_damaged"));
}

}  // namespace
}  // namespace muster
