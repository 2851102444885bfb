// One bit flipped in each class of file, one at a time, under an open directory: found within one
// pass, named, never served.
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "storage/erasure/ledger.h"
#include "storage/system_clock.h"
#include "storage/time_floor.h"
#include "tests/projections/scrub/scrubbed.h"

namespace muster::test {
namespace {

using Rows = std::map<std::string, std::string>;

/// Everything that readers can read of the views; a family that cannot be read is left out.
std::map<Family, Rows> readable(const Kv& kv) {
  std::map<Family, Rows> all;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    Rows rows;
    const auto read = kv.scan(family, KvRange::all(), [&](auto key, auto value) {
      rows.emplace(key, value);
      return true;
    });
    if (read) {
      all[family] = std::move(rows);
    }
  }
  return all;
}

/// Where to flip: the beginning, the end, and places between.
std::set<std::uint64_t> offsets_of(const fs::path& file) {
  const std::uint64_t bytes = fs::file_size(file);
  std::set<std::uint64_t> offsets;
  for (std::uint64_t part = 0; part < 12; ++part) {
    offsets.insert(bytes * part / 12);
  }
  for (const std::uint64_t back : {1U, 8U, 20U, 40U, 53U}) {
    offsets.insert(bytes - std::min<std::uint64_t>(bytes, back));
  }
  return offsets;
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& part) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{folder}) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && entry.file_size() > 0 && name != "LOCK" &&
        name.find(part) != std::string::npos) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

void expect_found(Scrubbed& scrubbed, const fs::path& file, std::uint64_t offset) {
  CAPTURE(file.string(), offset);
  flip(file, offset);
  const auto found = scrubbed.pass();
  CAPTURE(text_of(found));
  CHECK(names(found, file.filename().string()));
  CHECK_FALSE(scrubbed.scrubber->is_clean());
  flip(file, offset);
}

/// What was promised: who is erased, and for which times answers were given.
void make_promises(const fs::path& directory) {
  auto ledger = ErasureLedger::open(directory / "erasures", Micros{1});
  REQUIRE(ledger.has_value());
  const LedgerLine line{LogId{1}, StreamId{}, Position{5}, Slot{3}, Micros{7}};
  REQUIRE(ledger->append({&line, 1}).has_value());
  SystemClock clock;
  const auto floor = TimeFloor::open(directory, clock);
  REQUIRE(floor.has_value());
  REQUIRE((*floor)->raise(clock.now()).has_value());
}

TEST_CASE("a flipped bit in any small file is found in one pass and the file is named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  make_promises(directory.path());
  Scrubbed scrubbed{directory.path()};
  REQUIRE(text_of(scrubbed.pass()).empty());
  std::vector<fs::path> files{
      directory.path() / "FORMAT", directory.path() / "erasures", directory.path() / "time-floor"};
  for (const auto& [folder, part] :
       std::vector<std::pair<const char*, const char*>>{{"keys", "keks"},
                                                        {"keys", "master.key"},
                                                        {"tree-heads", ""},
                                                        {"db", "CURRENT"},
                                                        {"db", "IDENTITY"},
                                                        {"db", "OPTIONS"},
                                                        {"db", "MANIFEST"}}) {
    const auto some = files_in(directory.path() / folder, part);
    REQUIRE_FALSE(some.empty());
    files.insert(files.end(), some.begin(), some.end());
  }
  for (const fs::path& file : files) {
    const auto offsets = offsets_of(file);
    // In the master key the line end behind it is no part of it; a line of the ledger without one
    // was never finished.
    const bool ends = file.filename() == "master.key" || file.filename() == "erasures";
    const auto last = fs::file_size(file) - (ends ? 2 : 1);
    for (const std::uint64_t offset : {*offsets.begin(), *std::next(offsets.begin(), 6), last}) {
      expect_found(scrubbed, file, offset);
    }
  }
  REQUIRE(text_of(scrubbed.pass()).empty());
  CHECK(scrubbed.scrubber->is_clean());
}

TEST_CASE("a flipped bit anywhere in the key slots is found in one pass and the slot is named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  const fs::path slots = directory.path() / "keys" / "slots";
  for (const std::uint64_t slot : {0U, 1U, 7U, 200U}) {
    for (const std::uint64_t offset : {0U, 13U, 60U, 100U, 127U}) {
      CAPTURE(slot, offset);
      flip(slots, slot * 128 + offset);
      const auto found = scrubbed.pass();
      CAPTURE(text_of(found));
      CHECK(names(found, "keys/slots: "));
      CHECK(names(found, "at byte " + std::to_string(slot * 128)));
      flip(slots, slot * 128 + offset);
    }
  }
  CHECK(text_of(scrubbed.pass()).empty());
}

TEST_CASE("a flipped bit anywhere in a table is found in one pass, named, and never served") {
  StoppedDirectory directory{StoppedDirectory::populate};
  std::map<Family, Rows> good;
  std::vector<fs::path> tables;
  {
    Scrubbed scrubbed{directory.path()};
    good = readable(scrubbed.directory->kv());
    CHECK(good.size() == kFamilyCount);
    tables = files_in(directory.path() / "db", ".sst");
  }
  REQUIRE(tables.size() > 5);
  const ScratchDirectory scratch;
  int looked_at = 0;
  for (const fs::path& table_before : tables) {
    // Under an open directory that has read nothing of it yet, as after a restart.
    const fs::path copy = scratch.path() / table_before.stem();
    fs::copy(directory.path(), copy, fs::copy_options::recursive);
    Scrubbed scrubbed{copy};
    const fs::path table = copy / "db" / table_before.filename();
    if (!fs::exists(table)) {
      continue;  // compacted away as soon as the directory was open
    }
    ++looked_at;
    for (const std::uint64_t offset : offsets_of(table)) {
      CAPTURE(table.string(), offset);
      flip(table, offset);
      for (const auto& [family, rows] : readable(scrubbed.directory->kv())) {
        CAPTURE(name_of(family));
        CHECK(rows == good.at(family));
      }
      const auto found = scrubbed.pass();
      CAPTURE(text_of(found));
      CHECK(names(found, "db/" + table.filename().string()));
      flip(table, offset);
    }
  }
  CHECK(looked_at > 5);
}

TEST_CASE("a flipped bit in the write-ahead log is found in one pass and the file is named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  LiveLog live{scrubbed.directory->log(),
               scrubbed.directory->vault(),
               scrubbed.directory->log().newest_group() + 1};
  live.know_tenant(LogId{1}, "one");
  live.now = Micros{1'900'000'000'000'000};
  for (int i = 0; i < 20; ++i) {
    live.make_schema(LogId{1}, "wal-" + std::to_string(i), 700);
    live.commit();
  }
  REQUIRE(scrubbed.directory->log().confirm().has_value());
  REQUIRE(text_of(scrubbed.pass()).empty());
  const auto logs = files_in(directory.path() / "db", ".log");
  REQUIRE_FALSE(logs.empty());
  for (const fs::path& log : logs) {
    for (const std::uint64_t offset : offsets_of(log)) {
      expect_found(scrubbed, log, offset);
    }
  }
}

TEST_CASE("a flipped bit in the list of ended epochs is found in one pass") {
  StoppedDirectory directory{StoppedDirectory::populate};
  EpochHistory history;
  history.end(Epoch{1}, {Micros{1'800'000'000'000'000}, {}});
  REQUIRE(history.save(directory.path()));
  DirectoryFormat format = *read_format_file(directory.path());
  format.epochs = Epoch{2};
  format.features.emplace_back(kEpochsFeature);
  REQUIRE(write_format_file(directory.path(), format));
  fs::remove_all(directory.path() / "tree-heads");  // of the first epoch
  Scrubbed scrubbed{directory.path()};
  REQUIRE(text_of(scrubbed.pass()).empty());
  expect_found(scrubbed, directory.path() / "epochs", 30);
}

}  // namespace
}  // namespace muster::test
