/// A store with groups in it that ends as by a kill, and tools to damage what it leaves.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "storage/file_io.h"
#include "storage/recovery.h"
#include "storage/rocks_wal.h"
#include "tests/storage/scratch_directory.h"

namespace muster {

namespace fs = std::filesystem;

inline std::string read_all(const fs::path& path) {
  auto content = read_file(path, std::size_t{1} << 30U);
  REQUIRE(content.has_value());
  return *content;
}

inline void write_all(const fs::path& path, std::string_view content) {
  std::ofstream{path, std::ios::binary}.write(content.data(),
                                              static_cast<std::streamsize>(content.size()));
}

inline std::vector<fs::path> files_of(const fs::path& directory) {
  auto files = list_directory(directory);
  REQUIRE(files.has_value());
  std::sort(files->begin(), files->end());
  return *files;
}

/// Changes one bit in place: rewriting the file would wait for the disk.
inline void flip_bit(const fs::path& path, std::size_t at) {
  std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
  file.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<unsigned>(file.get());
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ (1U << (at % 8))));
  REQUIRE(file.good());
}

/// A store written as the committer writes it, and left without close(), as by a kill.
class Store {
 public:
  Store() { options_.path = scratch_.path() / "db"; }

  void open(bool create = false) {
    options_.create_if_missing = create;
    auto opened = open_recovered_kv(options_);
    INFO((opened.has_value() ? "" : opened.error().reason));
    REQUIRE(opened.has_value());
    kv_ = std::move(*opened);
  }

  void kill() { kv_.reset(); }

  void close() {
    REQUIRE(kv_->close().has_value());
    kv_.reset();
  }

  /// The rule of the failure to open, or how many groups there are after opening.
  std::string start() {
    options_.create_if_missing = false;
    auto opened = open_recovered_kv(options_);
    if (!opened.has_value()) {
      reason_ = opened.error().reason;
      return opened.error().rule;
    }
    kv_ = std::move(*opened);
    return groups();
  }

  /// "5" if groups 1 to 5 are there, whole and alone.
  std::string groups() {
    const auto row = read_commit_row(*kv_);
    REQUIRE(row.has_value());
    const auto newest = row->has_value() ? (*row)->group : 0;
    std::uint64_t expected = 0;
    const auto visit = [&](std::string_view key, std::string_view) {
      return ByteReader{key}.big_endian_64() == ++expected;
    };
    REQUIRE(kv_->scan(Family::kLog, {}, visit).has_value());
    return expected == newest ? std::to_string(newest) : "holes before " + std::to_string(newest);
  }

  /// One group of two events with a record of `bytes`.
  void write_group(std::uint64_t group, std::uint64_t durable_through, std::size_t bytes = 700) {
    std::string key;
    put_big_endian_64(key, group);
    std::string record;
    for (std::uint64_t i = 0; record.size() < bytes; ++i) {
      put_little_endian_64(record, (group * 7919 + i) * 0x9E3779B97F4A7C15U);
    }
    const auto batch = kv_->new_batch();
    batch->put(Family::kLog, key, record);
    batch->put(Family::kUsers, key, "state");
    batch->put(Family::kMeta, head_key(LogId{7}), write_head_row(2 * group));
    batch->put(Family::kMeta, kCommitKey, write_commit_row({group, durable_through}));
    REQUIRE(kv_->write(*batch).has_value());
  }

  void confirm(std::uint64_t group) {
    const auto batch = kv_->new_batch();
    batch->put(Family::kMeta, kCommitKey, write_commit_row({group, group}));
    REQUIRE(kv_->write(*batch).has_value());
    REQUIRE(kv_->sync().has_value());
  }

  Kv& kv() { return *kv_; }

  [[nodiscard]] fs::path path() const { return options_.path; }

  [[nodiscard]] std::vector<fs::path> wal() const { return *wal_files(options_.path); }

  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  ScratchDirectory scratch_;
  RocksKvOptions options_;
  std::unique_ptr<Kv> kv_;
  std::string reason_;
};

/// Names, sizes and content of all files but RocksDB's lock.
inline std::string fingerprint(const fs::path& directory) {
  std::string text;
  for (const auto& path : files_of(directory)) {
    if (path.filename() != "LOCK") {
      text += path.filename().string() + " " + std::to_string(crc32c(read_all(path))) + "\n";
    }
  }
  return text;
}

}  // namespace muster
