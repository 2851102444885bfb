#include <memory>

#include <rocksdb/metadata.h>
#include <rocksdb/utilities/checkpoint.h>

#include "engine/core/bytes.h"
#include "storage/rocks_database.h"
#include "storage/rocks_status.h"

namespace muster {

namespace {

/// What GetFileChecksumGenCrc32cFactory() calls itself.
constexpr std::string_view kCrc32c = "FileChecksumCrc32c";

std::optional<std::uint32_t> checksum_of(const rocksdb::LiveFileMetaData& file) {
  if (file.file_checksum_func_name != kCrc32c) {
    return std::nullopt;
  }
  ByteReader reader{file.file_checksum};
  const std::uint32_t checksum = reader.big_endian_32();
  return reader.finished() ? std::optional{checksum} : std::nullopt;
}

}  // namespace

Result<std::vector<TableFile>> rocks_table_files(const RocksDatabase& database) {
  std::vector<rocksdb::LiveFileMetaData> live;
  database.db->GetLiveFilesMetaData(&live);
  std::vector<TableFile> files;
  files.reserve(live.size());
  for (const auto& file : live) {
    files.push_back(
        {file.relative_filename, file.column_family_name, file.size, checksum_of(file)});
  }
  return files;
}

Result<void> rocks_checkpoint(const RocksDatabase& database,
                              const std::filesystem::path& directory) {
  rocksdb::Checkpoint* made = nullptr;
  MUSTER_CHECKED(rocks_result(rocksdb::Checkpoint::Create(database.db.get(), &made)));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
  // Flushes first, so that hardly any write-ahead log is copied.
  constexpr std::uint64_t kWalBytesForFlush = 0;
  return rocks_result(checkpoint->CreateCheckpoint(directory.string(), kWalBytesForFlush));
}

}  // namespace muster
