/// Opens a store after a stop of any kind, and refuses it when acknowledged changes are damaged.
///
/// By itself RocksDB takes every damaged record of its write-ahead log for the torn tail that a
/// power cut leaves, drops it with all that follows, and opens as if nothing had happened. So the
/// committer writes with every group how far the log was known to be durable *before* that group.
/// An intact group behind a damaged one then bears witness that the damaged one had been
/// acknowledged.
///
/// What the committer must do, in rows of kMeta (numbers little-endian, 8 bytes):
///   "commit"            -> group number, durable through group   in the batch of every group
///   "head/" be32(log)   -> count of events in that log           in the batch of every group
///                                                                that adds to the log
/// Group numbers begin at 1 and grow by one; a batch may also repeat the newest one, only to raise
/// what is durable: that is how the last group is confirmed when nothing follows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/kv.h"
#include "storage/rocks_kv.h"

namespace muster {

/// RocksDB's number for kMeta: the first family made in a new store.
inline constexpr std::uint32_t kMetaFamilyId = 1;

inline constexpr std::string_view kCommitKey = "commit";
inline constexpr std::string_view kHeadKeyPrefix = "head/";

struct CommitRow {
  std::uint64_t group = 0;
  /// All groups up to this one were synced when the row was written.
  std::uint64_t durable_through = 0;

  bool operator==(const CommitRow&) const = default;
};

std::string write_commit_row(const CommitRow& row);
std::optional<CommitRow> parse_commit_row(std::string_view value);
std::string head_key(LogId log);
std::string write_head_row(std::uint64_t events);
std::optional<std::uint64_t> parse_head_row(std::string_view value);

/// The newest commit row; nothing in a store without groups.
Result<std::optional<CommitRow>> read_commit_row(const Kv& kv);

/// open_rocks_kv() with the check. kCorrupt "wal_damaged" names the groups and the positions that
/// are affected; the directory is then untouched. After a clean stop this costs nothing, after a
/// kill one reading of the log (at most 64 MiB and what the last group added), after a torn tail
/// one read-only replay more.
Result<std::unique_ptr<Kv>> open_recovered_kv(const RocksKvOptions& options);

}  // namespace muster
