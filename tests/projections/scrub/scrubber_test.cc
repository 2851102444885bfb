#include <set>

#include <catch2/catch.hpp>

#include "storage/log/group_record.h"
#include "tests/projections/scrub/scrubbed.h"

namespace muster::test {
namespace {

/// Somebody changes a row behind the back of everybody, checksums and all.
void put(DataDirectory& directory, Family family, std::string_view key, std::string_view value) {
  const auto batch = directory.kv().new_batch();
  batch->put(family, key, value);
  REQUIRE(directory.kv().write(*batch));
}

std::pair<std::string, std::string> first_row(DataDirectory& directory,
                                              Family family,
                                              std::string_view prefix = "") {
  std::pair<std::string, std::string> row;
  REQUIRE(directory.kv().scan(family, KvRange::of_prefix(prefix), [&](auto key, auto value) {
    row = {std::string{key}, std::string{value}};
    return false;
  }));
  REQUIRE_FALSE(row.first.empty());
  return row;
}

TEST_CASE("an intact directory gives no finding, pass after pass") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  for (std::uint64_t pass = 1; pass < 4; ++pass) {
    CHECK(text_of(scrubbed.pass()).empty());
    CHECK(scrubbed.scrubber->status().pass == pass + 1);
  }
  CHECK(scrubbed.scrubber->is_clean());
  for (const ScrubPartStatus& part : scrubbed.scrubber->status().parts) {
    CAPTURE(part.name);
    // There is no write-ahead log after a clean stop but the MANIFEST.
    CHECK(part.checked_bytes > 0);
  }
}

TEST_CASE("altered rows that the store itself takes for good are found and named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  DataDirectory& open = *scrubbed.directory;
  REQUIRE(text_of(scrubbed.pass()).empty());

  struct Altered {
    Family family;
    std::string prefix;
    std::string part;
    std::string rule;
  };

  const Altered rows[] = {
      {Family::kSegments, "", "log", "segment_altered"},
      {Family::kAttachments, "", "log", "attachment_altered"},
      {Family::kTree, "L", "log", "leaf_differs"},
      {Family::kUsers, "", "views", "row_differs"},
      {Family::kUserKeys, "", "views", "row_differs"},
      {Family::kStates, "", "views", "row_differs"},
  };
  for (const Altered& row : rows) {
    const auto [key, value] = first_row(open, row.family, row.prefix);
    std::string altered = value;
    altered.back() = static_cast<char>(altered.back() ^ 1);
    put(open, row.family, key, altered);
    scrubbed.publish();
    scrubbed.start();
    const auto found = scrubbed.pass();
    CAPTURE(name_of(row.family), text_of(found));
    CHECK(std::ranges::any_of(found, [&](const ScrubFinding& finding) {
      return finding.part == row.part && finding.rule == row.rule;
    }));
    put(open, row.family, key, value);
    scrubbed.publish();
    scrubbed.start();
    CHECK(text_of(scrubbed.pass()).empty());
  }
}

TEST_CASE("a segment that is gone is a finding, unless its key was destroyed") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  const auto [key, value] = first_row(*scrubbed.directory, Family::kSegments);
  const auto batch = scrubbed.directory->kv().new_batch();
  batch->erase(Family::kSegments, key);
  REQUIRE(scrubbed.directory->kv().write(*batch));
  scrubbed.publish();
  scrubbed.start();
  const auto found = scrubbed.pass();
  CAPTURE(text_of(found));
  CHECK(std::ranges::any_of(
      found, [](const ScrubFinding& finding) { return finding.rule == "segment_missing"; }));
}

TEST_CASE("a finding stands until a later pass finds the place good") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  flip(directory.path() / "keys" / "slots", 300);
  CHECK_FALSE(scrubbed.pass().empty());
  // The slot itself, and whoever's values it should open.
  const auto total = scrubbed.scrubber->status().findings_total;
  CHECK(scrubbed.scrubber->status().findings.size() == total);
  CHECK(scrubbed.scrubber->status().findings[0].text.find("slot 2 at byte 256") !=
        std::string::npos);
  flip(directory.path() / "keys" / "slots", 300);
  CHECK_FALSE(scrubbed.scrubber->is_clean());
  CHECK(scrubbed.pass().empty());
  CHECK(scrubbed.scrubber->is_clean());
  CHECK(scrubbed.scrubber->status().findings.empty());
  CHECK(scrubbed.scrubber->status().findings_total == total);
}

TEST_CASE("a scrub goes on where the process before stopped") {
  StoppedDirectory directory{StoppedDirectory::populate};
  Scrubbed scrubbed{directory.path()};
  int whole = 1;
  while (!scrubbed.scrubber->work().pass_done) {
    ++whole;
  }
  // Stopped after every piece, the pass takes about as many: what is done is not done again, but
  // for the files that are listed anew, the rows of a family and tables not finished.
  int pieces = 0;
  const std::uint64_t pass = scrubbed.scrubber->status().pass;
  std::set<std::string> parts;
  while (scrubbed.scrubber->status().pass == pass) {
    scrubbed.scrubber->save();
    scrubbed.start();
    const std::string part = scrubbed.scrubber->status().part;
    parts.insert(part);
    // Of parts without a place a restart begins anew; they are let go on.
    const bool kept = part != "files" && part != "write_ahead_log" && part != "rows";
    do {
      scrubbed.scrubber->work();
      ++pieces;
    } while (!kept && scrubbed.scrubber->status().part == part &&
             scrubbed.scrubber->status().pass == pass);
    REQUIRE(pieces < 4 * whole);
  }
  CHECK(parts.size() == scrubbed.scrubber->status().parts.size());
  CHECK(scrubbed.heard.empty());
}

TEST_CASE("what is kept of a scrub holds nothing personal and survives damage by beginning anew") {
  ScrubNotes notes;
  notes.pass = 4;
  notes.began = Micros{5};
  notes.part = "log";
  notes.place = "1/00";
  notes.passed_began = Micros{6};
  notes.passed_ended = Micros{7};
  notes.files["db/OPTIONS-1"] = "abcd";
  const std::string good = notes.write();
  const auto read = ScrubNotes::parse(good);
  REQUIRE(read.has_value());
  CHECK(read->write() == good);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    CHECK_FALSE(ScrubNotes::parse(bad).has_value());
  }
}

}  // namespace
}  // namespace muster::test
