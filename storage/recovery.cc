#include "storage/recovery.h"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/core/bytes.h"
#include "storage/file_io.h"
#include "storage/rocks_wal.h"

namespace muster {

namespace {

/// What the files of the write-ahead log say, damage skipped.
struct WalReport {
  bool intact = true;
  std::optional<std::uint64_t> last_group;
  std::uint64_t durable_through = 0;
  /// Neighbouring groups between which others are missing: the one before, the one after.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps;
  /// The largest count of events seen, by log.
  std::map<std::uint32_t, std::uint64_t> heads;

  void add(const WalBatch& batch) {
    if (batch.commit.has_value()) {
      add(*batch.commit);
    }
    for (const auto& [log, events] : batch.heads) {
      heads[log] = std::max(heads[log], events);
    }
  }

  void add(const CommitRow& row) {
    durable_through = std::max(durable_through, row.durable_through);
    // Groups behind a torn tail are written anew after the recovery. If the old file survives,
    // what followed the tear in it is history that never was.
    while (!gaps.empty() && gaps.back().second > row.group) {
      last_group = gaps.back().first;
      gaps.pop_back();
    }
    if (last_group.has_value() && row.group > *last_group + 1) {
      gaps.emplace_back(*last_group, row.group);
    }
    last_group = row.group;
  }
};

/// Reads the files from number `oldest` on.
Result<WalReport> read_wal(const std::filesystem::path& store, std::uint64_t oldest) {
  WalReport report;
  if (std::error_code ignored; !std::filesystem::exists(store, ignored)) {
    return report;
  }
  MUSTER_TRY(const auto files, wal_files(store));
  for (const auto& file : files) {
    if (wal_number(file) < oldest) {
      continue;
    }
    MUSTER_TRY(const bool intact,
               read_wal_file(file, [&](const WalBatch& batch) { report.add(batch); }));
    report.intact = report.intact && intact;
  }
  return report;
}

std::string range_text(std::uint64_t first, std::uint64_t last) {
  return first == last ? std::to_string(first)
                       : std::to_string(first) + " to " + std::to_string(last);
}

Failure wal_damaged(const std::string& groups, const std::string& positions) {
  return failure(Errc::kCorrupt,
                 "wal_damaged",
                 "the write-ahead log is damaged: acknowledged changes (group " + groups +
                     positions +
                     ") cannot be read; nothing was changed, restore the directory from a backup");
}

/// The positions that the log has seen and a recovery would not reach.
Result<std::string> lost_positions(const Kv& kv, const WalReport& report) {
  std::string text;
  for (const auto& [log, events] : report.heads) {
    std::string value;
    MUSTER_TRY(const bool found, kv.get(Family::kMeta, head_key(LogId{log}), value));
    const auto reached = found ? parse_head_row(value).value_or(0) : 0;
    if (events > reached) {
      text += "; log " + std::to_string(log) + " position " + range_text(reached, events - 1);
    }
  }
  return text;
}

/// `kv` is what RocksDB makes of the log: it stops at the first damage, or steps over a hole that
/// it cannot see.
Result<void> compare(const Kv& kv, const WalReport& report) {
  MUSTER_TRY(const auto row, read_commit_row(kv));
  const std::uint64_t reached = row.has_value() ? row->group : 0;
  if (report.durable_through > reached) {
    MUSTER_TRY(const auto positions, lost_positions(kv, report));
    return wal_damaged(range_text(reached + 1, report.durable_through), positions);
  }
  for (const auto& [before, after] : report.gaps) {
    if (reached >= after) {
      return wal_damaged(range_text(before + 1, after - 1), "");
    }
  }
  return {};
}

/// What RocksDB itself reports of its MANIFEST is not looked at here.
Result<void> check_manifest(const std::filesystem::path& store) {
  constexpr std::size_t kCurrentBytesMax = 256;
  const auto current = read_file(store / "CURRENT", kCurrentBytesMax);
  if (!current) {
    return {};
  }
  const auto manifest = store / current->substr(0, current->find('\n'));
  const auto damaged = ends_with_damaged_header(manifest);
  if (damaged && *damaged) {
    return failure(Errc::kCorrupt,
                   "storage_corrupt",
                   manifest.string() + " is damaged in its last record; restore a backup");
  }
  return {};
}

}  // namespace

std::string write_commit_row(const CommitRow& row) {
  std::string value;
  put_little_endian_64(value, row.group);
  put_little_endian_64(value, row.durable_through);
  return value;
}

std::optional<CommitRow> parse_commit_row(std::string_view value) {
  ByteReader reader{value};
  CommitRow row;
  row.group = reader.little_endian_64();
  row.durable_through = reader.little_endian_64();
  return reader.finished() ? std::optional{row} : std::nullopt;
}

std::string head_key(LogId log) {
  std::string key{kHeadKeyPrefix};
  put_big_endian_32(key, raw(log));
  return key;
}

std::string write_head_row(std::uint64_t events) {
  std::string value;
  put_little_endian_64(value, events);
  return value;
}

std::optional<std::uint64_t> parse_head_row(std::string_view value) {
  ByteReader reader{value};
  const auto events = reader.little_endian_64();
  return reader.finished() ? std::optional{events} : std::nullopt;
}

Result<std::optional<CommitRow>> read_commit_row(const Kv& kv) {
  std::string value;
  MUSTER_TRY(const bool found, kv.get(Family::kMeta, kCommitKey, value));
  if (!found) {
    return std::optional<CommitRow>{};
  }
  const auto row = parse_commit_row(value);
  if (!row.has_value()) {
    return failure(Errc::kCorrupt, "storage_corrupt", "the commit row is not readable");
  }
  return row;
}

Result<std::unique_ptr<Kv>> open_recovered_kv(const RocksKvOptions& options) {
  MUSTER_CHECKED(check_manifest(options.path));
  MUSTER_TRY(auto report, read_wal(options.path, 0));
  if (!report.intact || !report.gaps.empty()) {
    auto looking = options;
    looking.read_only = true;
    MUSTER_TRY(const auto kv, open_rocks_kv(looking));
    // A kill can leave files behind whose groups lie in tables by now, while those after them are
    // gone already: not a gap, only litter.
    MUSTER_TRY(report, read_wal(options.path, kv->stats().oldest_wal));
    MUSTER_CHECKED(compare(*kv, report));
  }
  MUSTER_TRY(auto kv, open_rocks_kv(options));
  // The two readers of the log must agree; if they do not, one of them is wrong and the directory
  // must not be written to.
  MUSTER_CHECKED(compare(*kv, report));
  return kv;
}

}  // namespace muster
