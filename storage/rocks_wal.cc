// A log file is a row of 32 KiB blocks, the last one shorter. A block is a row of fragments and,
// where fewer than seven bytes are left, padding:
//   fragment = crc32c u32 | bytes u16 | type u8 | payload      (little-endian)
// The checksum covers type and payload and is masked: rotated right by 15 and added to a constant.
// Types: 1 a whole batch, 2 the first part of one, 3 a middle part, 4 the last part. Others belong
// to options that rocks_options.cc does not use.
// Source: RocksDB 7.8 db/log_format.h; a format that it keeps for compatibility.
#include "storage/rocks_wal.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <rocksdb/write_batch.h>

#include "engine/core/bytes.h"
#include "storage/file_io.h"

namespace muster {

namespace {

constexpr std::size_t kBlockBytes = 32768;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::uint8_t kFull = 1;
constexpr std::uint8_t kFirst = 2;
constexpr std::uint8_t kLast = 4;

// Far above max_total_wal_size plus the largest group, and still an answer to a wild file size.
constexpr std::size_t kFileBytesMax = std::size_t{1} << 30U;

/// Picks the rows of kMeta out of a batch.
class MetaRows : public rocksdb::WriteBatch::Handler {
 public:
  explicit MetaRows(WalBatch& found) : found_{found} {}

  rocksdb::Status PutCF(std::uint32_t family,
                        const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    if (family == kMetaFamilyId) {
      put({key.data(), key.size()}, {value.data(), value.size()});
    }
    return {};
  }

  rocksdb::Status DeleteCF(std::uint32_t /*family*/, const rocksdb::Slice& /*key*/) override {
    return {};
  }

  rocksdb::Status DeleteRangeCF(std::uint32_t /*family*/,
                                const rocksdb::Slice& /*from*/,
                                const rocksdb::Slice& /*to*/) override {
    return {};
  }

  rocksdb::Status MarkNoop(bool /*empty_batch*/) override { return {}; }

 private:
  void put(std::string_view key, std::string_view value) {
    if (key == kCommitKey) {
      found_.commit = parse_commit_row(value);
    } else if (key.starts_with(kHeadKeyPrefix)) {
      ByteReader log{key.substr(kHeadKeyPrefix.size())};
      const auto number = log.big_endian_32();
      const auto events = parse_head_row(value);
      if (log.finished() && events.has_value()) {
        found_.heads.emplace_back(number, *events);
      }
    }
  }

  WalBatch& found_;
};

struct Fragment {
  std::uint8_t type = 0;
  std::string_view payload;
};

/// The fragment that begins at `at`, if there is an intact one.
std::optional<Fragment> fragment_at(std::string_view file, std::size_t at) {
  const std::size_t block_end = std::min(file.size(), (at / kBlockBytes + 1) * kBlockBytes);
  if (at + kHeaderBytes > block_end) {
    return std::nullopt;
  }
  ByteReader header{file.substr(at, kHeaderBytes)};
  const auto masked = header.little_endian_32();
  const std::size_t bytes = header.byte() + (std::size_t{header.byte()} << 8U);
  const auto type = header.byte();
  if (type < kFull || type > kLast || at + kHeaderBytes + bytes > block_end) {
    return std::nullopt;
  }
  const auto rotated = masked - 0xA282EAD8U;
  const auto stored = (rotated >> 17U) | (rotated << 15U);
  if (crc32c(file.substr(at + kHeaderBytes - 1, bytes + 1)) != stored) {
    return std::nullopt;
  }
  return Fragment{type, file.substr(at + kHeaderBytes, bytes)};
}

class FileReader {
 public:
  FileReader(std::string_view file, const std::function<void(const WalBatch&)>& visit)
      : file_{file}, visit_{visit} {}

  /// Whether everything was intact.
  bool read() {
    std::size_t at = 0;
    while (at < file_.size()) {
      const std::size_t block_rest = kBlockBytes - at % kBlockBytes;
      if (block_rest < kHeaderBytes) {
        at += block_rest;
        continue;
      }
      if (const auto fragment = fragment_at(file_, at); fragment.has_value()) {
        take(*fragment);
        at += kHeaderBytes + fragment->payload.size();
      } else {
        // The length cannot be trusted, so the next fragment may begin at any byte.
        damaged();
        ++at;
      }
    }
    return intact_ && !inside_;
  }

 private:
  void take(const Fragment& fragment) {
    const bool begins = fragment.type == kFull || fragment.type == kFirst;
    if (begins == inside_) {
      damaged();
    }
    if (begins) {
      batch_.assign(fragment.payload);
      inside_ = true;
    } else if (inside_) {
      batch_.append(fragment.payload);
    }
    if (inside_ && (fragment.type == kFull || fragment.type == kLast)) {
      inside_ = false;
      finish();
    }
  }

  void finish() {
    const rocksdb::WriteBatch batch{batch_};
    WalBatch found;
    found.keys = static_cast<std::uint32_t>(batch.Count());
    MetaRows rows{found};
    if (batch.Iterate(&rows).ok()) {
      visit_(found);
    } else {
      damaged();
    }
  }

  void damaged() {
    intact_ = false;
    inside_ = false;
  }

  std::string_view file_;
  const std::function<void(const WalBatch&)>& visit_;
  std::string batch_;
  bool inside_ = false;
  bool intact_ = true;
};

/// Where the first record begins that is not whole.
std::optional<std::uint64_t> first_damage_in(std::string_view file) {
  std::uint64_t record = 0;
  bool inside = false;
  std::size_t at = 0;
  while (at < file.size()) {
    const std::size_t block_rest = kBlockBytes - at % kBlockBytes;
    if (block_rest < kHeaderBytes) {
      at += block_rest;
      continue;
    }
    const auto fragment = fragment_at(file, at);
    if (!fragment) {
      return inside ? record : at;
    }
    const bool begins = fragment->type == kFull || fragment->type == kFirst;
    if (begins == inside) {
      return inside ? record : at;
    }
    record = begins ? at : record;
    inside = fragment->type != kFull && fragment->type != kLast;
    at += kHeaderBytes + fragment->payload.size();
  }
  return inside ? std::optional{record} : std::nullopt;
}

}  // namespace

Result<bool> ends_with_damaged_header(const std::filesystem::path& file) {
  MUSTER_TRY(const auto content, read_file(file, kFileBytesMax));
  const auto at = first_damage_in(content);
  if (!at || *at + kHeaderBytes >= content.size()) {
    return false;
  }
  // The checksum covers type and payload: with the true type, and all that is left, it fits.
  const std::string_view rest = std::string_view{content}.substr(*at);
  ByteReader header{rest};
  const auto rotated = header.little_endian_32() - 0xA282EAD8U;
  const auto stored = (rotated >> 17U) | (rotated << 15U);
  for (const char type : {'\1', '\2', '\3', '\4'}) {
    if (crc32c(rest.substr(kHeaderBytes), crc32c({&type, 1})) == stored) {
      return true;
    }
  }
  return false;
}

Result<RecordFile> check_record_file(const std::filesystem::path& file) {
  MUSTER_TRY(const auto content, read_file(file, kFileBytesMax));
  return RecordFile{content.size(), first_damage_in(content)};
}

Result<std::vector<std::filesystem::path>> wal_files(const std::filesystem::path& store) {
  std::vector<std::pair<std::uint64_t, std::filesystem::path>> found;
  MUSTER_TRY(const auto paths, list_directory(store));
  for (const auto& path : paths) {
    const auto name = path.filename().string();
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec != std::errc{} || std::string_view{parsed.ptr} != ".log") {
      continue;
    }
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    if (error) {
      return io_failure(error.value(), "examine", path);
    }
    if (bytes > 0) {
      found.emplace_back(number, path);
    }
  }
  std::sort(found.begin(), found.end());
  std::vector<std::filesystem::path> files;
  for (auto& [number, path] : found) {
    files.push_back(std::move(path));
  }
  return files;
}

std::uint64_t wal_number(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

Result<bool> read_wal_file(const std::filesystem::path& file,
                           const std::function<void(const WalBatch&)>& visit) {
  MUSTER_TRY(const auto content, read_file(file, kFileBytesMax));
  return FileReader{content, visit}.read();
}

}  // namespace muster
