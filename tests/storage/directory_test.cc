// What lies beside the store: small files, the lock, FORMAT.
#include <array>
#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "engine/core/instant.h"
#include "storage/directory_lock.h"
#include "storage/file_io.h"
#include "storage/format_file.h"
#include "storage/rocks_kv.h"
#include "tests/storage/scratch_directory.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a file is replaced whole and for its owner alone") {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "file";
  for (const std::string& content :
       {std::string{"first"}, std::string{}, std::string(200'000, 'x')}) {
    REQUIRE(write_file_atomically(path, content).has_value());
    const auto read = read_file(path, 1'000'000);
    REQUIRE(read.has_value());
    CHECK(*read == content);
  }

  struct stat status {};

  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(list_directory(scratch.path())->size() == 1);
}

TEST_CASE("a file that cannot be replaced keeps its content") {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "file";
  REQUIRE(write_file_atomically(path, "old").has_value());
  fs::create_directory(path.string() + ".draft");
  CHECK(write_file_atomically(path, "new").error().code == Errc::kIo);
  CHECK(*read_file(path, 100) == "old");
}

TEST_CASE("failures of files say what and where") {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "file";
  CHECK(read_file(path, 100).error().rule == "file_missing");
  CHECK(read_file(scratch.path(), 100).error().rule == "storage_io");
  CHECK(sync_directory(path).error().rule == "file_missing");
  CHECK(list_directory(path).error().rule == "file_missing");
  REQUIRE(write_file_atomically(path, "12345").has_value());
  CHECK(read_file(path, 5).has_value());
  CHECK(read_file(path, 4).error().rule == "file_too_large");
  CHECK(make_directory(path).error().rule == "storage_io");
  CHECK(make_directory(scratch.path() / "new").has_value());
  CHECK(make_directory(scratch.path() / "new").has_value());
  CHECK_THAT(read_file(scratch.path() / "no", 1).error().reason, Catch::Contains("/no"));

  struct Row {
    int error_number;
    Errc code;
    const char* rule;
  };

  for (const Row& row : {Row{ENOSPC, Errc::kUnavailable, "disk_full"},
                         Row{EDQUOT, Errc::kUnavailable, "disk_full"},
                         Row{EROFS, Errc::kUnavailable, "read_only_filesystem"},
                         Row{EIO, Errc::kIo, "storage_io"}}) {
    CHECK(io_failure(row.error_number, "write", path).code == row.code);
    CHECK(io_failure(row.error_number, "write", path).rule == row.rule);
  }
}

TEST_CASE("one lock at a time, released with its owner") {
  const ScratchDirectory scratch;
  {
    const auto lock = DirectoryLock::acquire(scratch.path());
    REQUIRE(lock.has_value());
    const auto second = DirectoryLock::acquire(scratch.path());
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Errc::kConflict);
    CHECK(second.error().rule == "directory_in_use");
    CHECK_THAT(second.error().reason,
               Catch::Contains("process " + std::to_string(::getpid()) + ";"));
  }
  CHECK(DirectoryLock::acquire(scratch.path()).has_value());
  CHECK(DirectoryLock::acquire(scratch.path() / "no").error().rule == "file_missing");
}

TEST_CASE("a lock holds against another process and dies with it") {
  const ScratchDirectory scratch;
  std::array<int, 2> ready{};
  std::array<int, 2> leave{};
  REQUIRE(::pipe(ready.data()) == 0);
  REQUIRE(::pipe(leave.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto lock = DirectoryLock::acquire(scratch.path());
    char byte = lock.has_value() ? 'y' : 'n';
    const bool told = ::write(ready[1], &byte, 1) == 1 && ::read(leave[0], &byte, 1) == 1;
    ::_exit(told ? 0 : 1);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  const auto refused = DirectoryLock::acquire(scratch.path());
  CHECK_FALSE(refused.has_value());
  REQUIRE(::write(leave[1], "x", 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK_THAT(refused.error().reason, Catch::Contains("process " + std::to_string(child)));
  CHECK(DirectoryLock::acquire(scratch.path()).has_value());
  for (const int descriptor : {ready[0], ready[1], leave[0], leave[1]}) {
    ::close(descriptor);
  }
}

// Written once by the first release and never edited: every later one must read it.
constexpr std::string_view kGoldenFormat =
    "format: 1\n"
    "minimum_reader: 1\n"
    "features:\n"
    "epochs: 1\n"
    "created: 2026-11-20T14:02:07.123Z\n"
    "checksum: 4f7d73c3\n";

std::string with_checksum(const std::string& lines) {
  std::string checksum;
  put_big_endian_32(checksum, crc32c(lines));
  return lines + "checksum: " + to_hex(checksum) + "\n";
}

TEST_CASE("FORMAT is written and read as in the first release") {
  DirectoryFormat format;
  format.created = *parse_rfc3339("2026-11-20T14:02:07.123Z");
  CHECK(write_format(format) == kGoldenFormat);
  const auto parsed = parse_format(kGoldenFormat);
  REQUIRE(parsed.has_value());
  CHECK(*parsed == format);

  const ScratchDirectory scratch;
  CHECK(read_format_file(scratch.path()).error().rule == "file_missing");
  format.epochs = Epoch{7};
  REQUIRE(write_format_file(scratch.path(), format).has_value());
  CHECK(*read_format_file(scratch.path()) == format);
  std::ofstream{scratch.path() / "FORMAT"} << std::string(5000, 'x');
  CHECK(read_format_file(scratch.path()).error().rule == "format_damaged");
}

TEST_CASE("every flipped bit of FORMAT is noticed") {
  for (std::size_t at = 0; at < kGoldenFormat.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      CAPTURE(at, bit);
      std::string text{kGoldenFormat};
      text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << bit));
      CHECK_FALSE(parse_format(text).has_value());
    }
    CHECK_FALSE(parse_format(kGoldenFormat.substr(0, at)).has_value());
  }
}

TEST_CASE("FORMAT is refused for what it is") {
  struct Row {
    const char* lines;
    const char* rule;
  };

  for (const Row& row :
       {Row{"format: 2\nminimum_reader: 2\nnew layout\n", "format_too_new"},
        Row{"format: 9\nminimum_reader: 1\nfeatures: sharded\nshards: 3\n",
            "format_unknown_feature"},
        Row{"format: 1\nminimum_reader: 1\nfeatures:\nepochs: 1\ncreated: yesterday\n",
            "format_damaged"},
        Row{"format: 1\nminimum_reader: 1\nfeatures:\nepochs: 0\ncreated: 2026-11-20T14:02:07Z\n",
            "format_damaged"},
        Row{"format: 1\nminimum_reader: 1\nfeatures:\nepochs: 5000000000\n", "format_damaged"},
        Row{"format: 1\nminimum_reader: 1\nfeatures:\nepochs: 1\n"
            "created: 2026-11-20T14:02:07Z\nmore: 1\n",
            "format_damaged"},
        Row{"minimum_reader: 1\nformat: 1\n", "format_damaged"},
        Row{"format: one\n", "format_damaged"},
        Row{"", "format_damaged"}}) {
    CAPTURE(row.lines);
    const auto parsed = parse_format(with_checksum(row.lines));
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().rule == row.rule);
    CHECK(parsed.error().code ==
          (std::string_view{row.rule} == "format_damaged" ? Errc::kCorrupt : Errc::kConflict));
  }
  // A newer program may write what this one can still read.
  CHECK(parse_format(with_checksum("format: 2\nminimum_reader: 1\nfeatures:\nepochs: 1\n"
                                   "created: 2026-11-20T14:02:07Z\n"))
            .has_value());
}

/// In a child process with a file system of its own: fills it through a store. The exit status
/// says what happened.
int fill_small_disk(const fs::path& place) {
  if (::mount("muster", place.c_str(), "tmpfs", 0, "size=24m") != 0) {
    return 77;
  }
  RocksKvOptions options;
  options.path = place / "db";
  options.create_if_missing = true;
  auto kv = open_rocks_kv(options);
  int status = 1;
  if (kv.has_value()) {
    const auto batch = (*kv)->new_batch();
    batch->put(Family::kSegments, "key", std::string(1'000'000, 'x'));
    Result<void> outcome;
    for (int i = 0; i < 100 && outcome.has_value(); ++i) {
      outcome = (*kv)->write(*batch);
      outcome = outcome.has_value() ? (*kv)->sync() : outcome;
    }
    status = !outcome.has_value() && outcome.error().code == Errc::kUnavailable &&
                     outcome.error().rule == "disk_full"
                 ? 0
                 : 2;
  }
  ::umount2(place.c_str(), MNT_DETACH);
  return status;
}

TEST_CASE("a full disk is said to be full") {
  const ScratchDirectory scratch;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::_exit(fill_small_disk(scratch.path()));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
    WARN("not checked: a tmpfs cannot be mounted here");
    return;
  }
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace muster
