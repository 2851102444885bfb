// One flipped bit in each kind of file is found, and the file or place is named.
#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "replay/exit_codes.h"
#include "storage/seal/slot_record.h"
#include "tests/replay/stopped_directory.h"

namespace muster {
namespace {

using test::Said;
using test::StoppedDirectory;

std::vector<std::filesystem::path> files_with(const std::filesystem::path& directory,
                                              std::string_view part) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{directory}) {
    if (entry.path().filename().string().find(part) != std::string::npos && entry.file_size() > 0) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  REQUIRE_FALSE(files.empty());
  return files;
}

TEST_CASE("a flipped bit in any table is found and the table is named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  for (const auto& table : files_with(directory.path() / "db", ".sst")) {
    CAPTURE(table.filename().string());
    test::flip(table, 30);
    const Said said = directory.verify();
    CAPTURE(said.text);
    CHECK(said.code != replay::kExitOk);
    CHECK(said.has(table.filename().string()));
    test::flip(table, 30);
  }
  CHECK(directory.verify().code == replay::kExitOk);
}

TEST_CASE("a flipped bit in a file that RocksDB opens by is found at once") {
  StoppedDirectory directory{StoppedDirectory::populate};
  for (const std::string_view name : {"MANIFEST", "CURRENT"}) {
    CAPTURE(name);
    const auto file = files_with(directory.path() / "db", name).back();
    test::flip(file, std::filesystem::file_size(file) / 2);
    const Said said = directory.verify();
    CAPTURE(said.text);
    CHECK(said.code == replay::kExitDamaged);
    CHECK(said.has(name));
    test::flip(file, std::filesystem::file_size(file) / 2);
  }
  CHECK(directory.verify().code == replay::kExitOk);
}

TEST_CASE("a flipped bit in a key slot is found with its offset") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const auto slots = directory.path() / "keys" / "slots";
  test::flip(slots, 3 * kSlotBytes + 40);
  const Said said = directory.verify();
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitFound);
  CHECK(said.has("keys/slots: slot 3 at byte 384"));
}

TEST_CASE("a flipped bit in a kept tree head is found and the file is named") {
  StoppedDirectory directory{StoppedDirectory::populate};
  const auto head = directory.path() / "tree-heads" / "1";
  for (const std::uint64_t offset : {std::uint64_t{2}, std::filesystem::file_size(head) - 5}) {
    test::flip(head, offset);
    const Said said = directory.verify();
    CAPTURE(said.text);
    CHECK(said.code == replay::kExitFound);
    CHECK(said.has("tree-heads/1 is damaged"));
    test::flip(head, offset);
  }
}

TEST_CASE("a flipped bit in the live write-ahead log is found when the directory is opened") {
  const ScratchDirectory copies;
  const auto copy = copies.path() / "copy";
  const StoppedDirectory directory{StoppedDirectory::populate, [&](const auto& running) {
                                     // A copy of a running directory is what a kill leaves.
                                     std::filesystem::copy(
                                         running, copy, std::filesystem::copy_options::recursive);
                                   }};
  CHECK(StoppedDirectory::verify_at(copy).code == replay::kExitOk);
  const auto wal = files_with(copy / "db", ".log").back();
  REQUIRE(std::filesystem::file_size(wal) > 100'000);
  test::flip(wal, std::filesystem::file_size(wal) / 2);
  const Said said = StoppedDirectory::verify_at(copy);
  CAPTURE(said.text);
  CHECK(said.code == replay::kExitDamaged);
  CHECK(said.has("wal_damaged"));
  CHECK(said.has("cannot be read"));
}

}  // namespace
}  // namespace muster
