#include "replay/rebuild.h"

#include "engine/core/progress.h"
#include "projections/directory_views.h"
#include "replay/directory_checks.h"
#include "replay/exit_codes.h"
#include "replay/row_sorter.h"
#include "replay/summary.h"
#include "storage/log/group_record.h"
#include "storage/recovery.h"

namespace muster::replay {
namespace {

constexpr std::uint64_t kRowsPerReport = 4096;

/// Hands rows on and hashes them on the way.
class HashedSource final : public SortedSource {
 public:
  HashedSource(SortedSource& source, ProgressLine& progress)
      : source_{source}, progress_{progress} {}

  Result<bool> next(std::string_view& key, std::string_view& value) override {
    MUSTER_TRY(const bool any, source_.next(key, value));
    if (any) {
      hash_.add(key, value);
      if (hash_.rows() % kRowsPerReport == 0) {
        progress_.update(hash_.rows());
      }
    }
    return any;
  }

  ViewHash& hash() { return hash_; }

 private:
  SortedSource& source_;
  ProgressLine& progress_;
  ViewHash hash_;
};

/// Adds to `batch` the deletion of every row of kMeta that begins with `prefix`.
Result<void> erase_meta(const Kv& kv, KvBatch& batch, std::string_view prefix) {
  return kv.scan(Family::kMeta, KvRange::of_prefix(prefix), [&](auto key, auto) {
    batch.erase(Family::kMeta, key);
    return true;
  });
}

class Rebuilding {
 public:
  Rebuilding(const RebuildOptions& options, World& world, DataDirectory& directory)
      : options_{options},
        directory_{directory},
        kv_{directory.kv()},
        progress_{world.clock, options.quiet},
        sorter_{{directory.path() / "rebuild", lanes_of(options.fold), options.lane_bytes_max}} {}

  /// False when the log is not as it should be: nothing was changed.
  Result<bool> run(Report& report);

 private:
  Result<void> fold();
  Result<void> mark();
  Result<ViewSummary> make_anew(Family family);
  Result<void> finish_erasures(const FoldedLog& log, KvBatch& batch);
  Result<void> unmark();

  const RebuildOptions& options_;
  DataDirectory& directory_;
  Kv& kv_;
  ProgressLine progress_;
  RowSorter sorter_;
  DirectoryViews views_;
  Findings findings_;
  FoldedDirectory folded_;
};

Result<void> Rebuilding::fold() {
  MUSTER_TRY(const KeptHeads heads, read_kept_heads(directory_, findings_));
  MUSTER_TRY(const std::uint64_t events, events_in_all_logs(kv_));
  FoldOptions options = options_.fold;
  options.on_progress = [&](std::uint64_t done) {
    progress_.update(done);
  };
  progress_.begin("events", events);
  MUSTER_TRY(folded_,
             fold_directory(
                 {kv_, directory_.vault(), views_, sorter_, findings_}, options, sizes_of(heads)));
  progress_.end();
  check_kept_heads(heads, folded_, findings_);
  return {};
}

/// Also empties the write-ahead log: what it says of groups must not be held against a store whose
/// commit row is about to change.
Result<void> Rebuilding::mark() {
  MUSTER_CHECKED(options_.on_step("mark"));
  const auto batch = kv_.new_batch();
  batch->put(Family::kMeta, kRebuildingKey, {});
  MUSTER_CHECKED(kv_.write(*batch));
  MUSTER_CHECKED(kv_.sync());
  return kv_.flush_all();
}

Result<ViewSummary> Rebuilding::make_anew(Family family) {
  MUSTER_CHECKED(options_.on_step("clear"));
  MUSTER_CHECKED(kv_.clear_family(family));
  MUSTER_CHECKED(options_.on_step("ingest"));
  const auto rows = sorter_.sorted(family);
  HashedSource source{*rows, progress_};
  progress_.begin("rows of " + std::string{name_of(family)}, 0);
  auto ingested = kv_.ingest(family, source);
  if (!ingested && ingested.error().rule == "unsorted_source") {
    return failure(Errc::kCorrupt,
                   "row_owned_twice",
                   "two streams of the log own the same row of " + std::string{name_of(family)});
  }
  MUSTER_CHECKED(std::move(ingested));
  progress_.update(source.hash().rows());
  progress_.end();
  return ViewSummary{family, source.hash().rows(), source.hash().finish()};
}

/// An erasure that was decided is carried out, whatever became of the store since: segments go, and
/// the next start of the server destroys the keys.
Result<void> Rebuilding::finish_erasures(const FoldedLog& log, KvBatch& batch) {
  for (const Slot slot : log.kept_keys) {
    batch.put(Family::kMeta, erasing_key(slot), {});
  }
  for (const StreamId stream : log.kept_segments) {
    const KvRange range = KvRange::of_prefix(stream_prefix(log.log, stream));
    MUSTER_CHECKED(kv_.scan(Family::kStreams, range, [&](auto key, auto value) {
      const auto entry = parse_stream_entry(key, value);
      if (entry && entry->has_own_segment) {
        batch.erase(Family::kSegments, segment_key(log.log, entry->position, 0));
      }
      return true;
    }));
  }
  return {};
}

Result<void> Rebuilding::unmark() {
  MUSTER_CHECKED(options_.on_step("unmark"));
  const auto batch = kv_.new_batch();
  for (const std::string_view prefix : {kHeadKeyPrefix, kTimeKeyPrefix, kSlotsKey, kCommitKey}) {
    MUSTER_CHECKED(erase_meta(kv_, *batch, prefix));
  }
  for (const auto& [key, value] : meta_rows_of(folded_)) {
    batch->put(Family::kMeta, key, value);
  }
  for (const FoldedLog& log : folded_.logs) {
    MUSTER_CHECKED(finish_erasures(log, *batch));
  }
  if (folded_.newest_group > 0) {
    batch->put(
        Family::kMeta, kCommitKey, write_commit_row({folded_.newest_group, folded_.newest_group}));
  }
  batch->erase(Family::kMeta, kRebuildingKey);
  MUSTER_CHECKED(kv_.write(*batch));
  MUSTER_CHECKED(kv_.sync());
  return directory_.close();
}

Result<bool> Rebuilding::run(Report& report) {
  const auto folded = fold();
  add_findings(findings_, report);
  MUSTER_CHECKED(folded);
  if (findings_.count() > 0) {
    return false;
  }
  for (const FoldedLog& log : folded_.logs) {
    report.add(log_item(log));
  }
  MUSTER_CHECKED(mark());
  for (const Family family : kDerivedFamilies) {
    MUSTER_TRY(const ViewSummary view, make_anew(family));
    report.add(view_item(view));
  }
  MUSTER_CHECKED(unmark());
  report.add(Item{"verdict", "rebuilt from " + with_thousands(folded_.events) + " events"}
                 .with("rebuilt", true)
                 .with("events", folded_.events));
  return true;
}

Result<void> forget(DataDirectory& directory) {
  Kv& kv = directory.kv();
  // The write-ahead log must not remember groups that kMeta no longer knows.
  MUSTER_CHECKED(kv.flush_all());
  for (const Family family : kDerivedFamilies) {
    MUSTER_CHECKED(kv.clear_family(family));
  }
  const auto batch = kv.new_batch();
  MUSTER_CHECKED(erase_meta(kv, *batch, {}));
  MUSTER_CHECKED(kv.write(*batch));
  MUSTER_CHECKED(kv.sync());
  return directory.close();
}

}  // namespace

int rebuild(const RebuildOptions& options, Report& report) {
  World world;
  auto directory = open_directory(options.directory, Access::kWrite, world);
  if (!directory) {
    return report.fail(directory.error());
  }
  const auto done = Rebuilding{options, world, **directory}.run(report);
  if (!done) {
    return report.fail(done.error());
  }
  if (!*done) {
    report.add(Item{"verdict", "the log is not as it should be; nothing was changed"}.with(
        "rebuilt", false));
    return kExitFound;
  }
  return kExitOk;
}

int forget_views(const DirectoryChoice& choice, Report& report) {
  World world;
  auto directory = open_directory(choice, Access::kWrite, world);
  if (!directory) {
    return report.fail(directory.error());
  }
  const auto done = forget(**directory);
  return done ? kExitOk : report.fail(done.error());
}

}  // namespace muster::replay
