#include "storage/rocks_options.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <utility>

#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

namespace muster {

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

/// RocksDB writes keys into its log at the levels below WARN (manual compactions, for one), and
/// keys may be personal; such lines are dropped before they are formatted.
class QuietLogger : public rocksdb::Logger {
 public:
  explicit QuietLogger(std::function<void(std::string_view)> sink)
      : rocksdb::Logger{rocksdb::InfoLogLevel::WARN_LEVEL}, sink_{std::move(sink)} {}

  using rocksdb::Logger::Logv;

  void LogHeader(const char* /*format*/, va_list /*arguments*/) override {}

  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    if (level >= rocksdb::InfoLogLevel::WARN_LEVEL && level < rocksdb::InfoLogLevel::HEADER_LEVEL) {
      Logv(format, arguments);
    }
  }

  __attribute__((format(printf, 2, 0))) void Logv(const char* format, va_list arguments) override {
    std::array<char, 1024> line{};
    const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
    // Said at every checkpoint, and means nothing.
    const bool is_noise =
        std::string_view{line.data()}.find("File Deletions") != std::string_view::npos;
    if (sink_ && size > 0 && !is_noise) {
      sink_(line.data());
    }
  }

 private:
  std::function<void(std::string_view)> sink_;
};

rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& block_cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = block_cache;
  table.block_size = std::size_t{8} * 1024;
  table.format_version = 5;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.whole_key_filtering = true;
  // Indexes and filters live in the bounded cache, ahead of data, instead of growing with the
  // number of users; reading them at first use also keeps a start short. They are cut into pages,
  // because a whole filter (1 MiB for a large table) would push out a shard of the cache.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = std::size_t{4} * 1024;
  table.pin_top_level_index_and_filter = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  return table;
}

void set_write_ahead_log(rocksdb::Options& options, std::size_t wal_bytes_max) {
  // Stops at the first damaged record; storage/recovery.h decides beforehand whether that is an
  // honest torn tail.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_total_wal_size = wal_bytes_max;
  options.recycle_log_file_num = 0;
  options.manual_wal_flush = false;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  // One thread writes. Not having to care for others, an insertion next to the previous one, as
  // most rows of a log are, costs next to nothing.
  options.allow_concurrent_memtable_write = false;
  // With it 7.8.3 reports "Missing WAL" after SyncWAL on intact directories.
  options.track_and_verify_wals_in_manifest = false;
}

void set_trees(rocksdb::Options& options, bool compress) {
  options.write_buffer_size = 64 * kMiB;
  options.max_write_buffer_number = 4;
  options.db_write_buffer_size = 256 * kMiB;
  options.level_compaction_dynamic_level_bytes = true;
  // The first level is rewritten soon; compressing it is not worth its time.
  options.compression_per_level = {rocksdb::kNoCompression,
                                   compress ? rocksdb::kLZ4Compression : rocksdb::kNoCompression};
  options.max_background_jobs = 2;
  options.bytes_per_sync = kMiB;
}

}  // namespace

rocksdb::Options rocks_options(const RocksKvOptions& options,
                               const std::shared_ptr<rocksdb::Cache>& block_cache) {
  rocksdb::Options rocks;
  rocks.create_if_missing = options.create_if_missing;
  rocks.create_missing_column_families = true;
  rocks.paranoid_checks = true;
  // Fewer open files would need the table cache, and with a finite one 7.8.3 answers
  // kBlockCacheTier reads wrongly.
  rocks.max_open_files = -1;
  // The MANIFEST holds the first and last key of every table, also of those that are gone. Begun
  // anew with every change, which costs some 300 bytes a table, it forgets them.
  rocks.max_manifest_file_size = 1;
  // Whoever checks or copies a table knows what the whole file should be, not only its blocks.
  rocks.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  rocks.info_log = std::make_shared<QuietLogger>(options.log);
  // No periodic work of its own: an idle server stays idle.
  rocks.stats_dump_period_sec = 0;
  rocks.stats_persist_period_sec = 0;
  rocks.skip_stats_update_on_db_open = true;
  // Lets another thread delete old files. In a store opened for reading only, where there are none,
  // 7.8.3 aborts over it.
  rocks.avoid_unnecessary_blocking_io = !options.read_only;
  set_write_ahead_log(rocks, options.wal_bytes_max);
  set_trees(rocks, options.compress);
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(block_cache)));
  return rocks;
}

rocksdb::ColumnFamilyOptions rocks_family_options(const rocksdb::Options& options,
                                                  std::string_view name) {
  rocksdb::ColumnFamilyOptions family{options};
  const auto* const place = std::ranges::find(kFamilyNames, name);
  if (place != kFamilyNames.end() &&
      inserts_with_hints(static_cast<Family>(place - kFamilyNames.begin()))) {
    // A group's rows come in order of key, so the next place is near: eight percent of an import.
    // Four bytes, the log, so that there are few hints.
    family.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(4));
  }
  if (name == name_of(Family::kUsers) || name == name_of(Family::kUserKeys)) {
    // Most look-ups of a write are for ids and names that nobody has taken: the filter answers them
    // without walking the skip list. It takes its 3 MiB from the start, so only these have one.
    family.memtable_whole_key_filtering = true;
    family.memtable_prefix_bloom_size_ratio = 0.05;
  }
  if (name == name_of(Family::kUserKeys) || name == name_of(Family::kUserIndex) ||
      name == name_of(Family::kGroups) || name == name_of(Family::kStreams)) {
    // Small rows in no order: a skip list that fits the processor's cache takes them faster. Five
    // to ten percent of an import.
    family.write_buffer_size = 16 * kMiB;
  }
  return family;
}

}  // namespace muster
