/// Sorts more rows than memory holds: rows are collected per lane, written out as sorted runs when
/// a lane is full, and merged when they are read.
///
///   run file = the rows of one family after the other, in the order of families; each row as
///              key length (varint) | key | value length (varint) | value
///
/// Run files hold rows in clear like the store beside them; they are removed with the directory
/// they lie in.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "projections/fold/row_sink.h"
#include "replay/derived_families.h"
#include "storage/file_io.h"

namespace muster::replay {

class RowSorter final : public RowSink {
 public:
  struct Options {
    std::filesystem::path directory;  // made when needed, removed by the destructor
    std::size_t lanes = 1;
    std::size_t lane_bytes_max = std::size_t{64} << 20U;
  };

  explicit RowSorter(Options options);
  ~RowSorter() override;

  Result<void> put(std::size_t lane, const FoldedRow& row) override;

  void end_log(LogId log, std::int64_t oldest_hour) override { hours_[log] = oldest_hour; }

  /// The rows of `family` in order, each time anew, after the last put(). Lives as long as the
  /// sorter. A key that was put twice comes twice.
  [[nodiscard]] std::unique_ptr<SortedSource> sorted(Family family);

 private:
  struct Entry {
    Family family{};
    std::uint32_t key_bytes = 0;
    std::uint32_t value_bytes = 0;
    std::size_t offset = 0;  // of the key in the lane's bytes; the value follows
  };

  struct Lane {
    std::string bytes;
    std::vector<Entry> entries;
    bool sorted = true;
  };

  struct Section {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  struct Run {
    std::filesystem::path path;
    FileHandle file;
    std::array<Section, kFamilyCount> sections{};
  };
  class FileCursor;
  class LaneCursor;
  class Merge;

  static void sort(Lane& lane);
  Result<void> spill(Lane& lane);
  Result<std::unique_ptr<Run>> new_run();
  void remove_runs();

  Options options_;
  std::vector<Lane> lanes_;
  std::mutex mutex_;  // guards runs_ and runs_made_
  std::size_t runs_made_ = 0;
  std::vector<std::unique_ptr<Run>> runs_;
  OutcomeHours hours_;
};

}  // namespace muster::replay
