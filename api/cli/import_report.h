/// What became of the rows of an import: counted while it runs, told at its end.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "api/cli/output.h"
#include "api/import/error_file.h"
#include "api/import/importer.h"
#include "api/import/row_source.h"

namespace muster {

struct ImportCount {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t skipped = 0;
  std::uint64_t failed = 0;

  bool operator==(const ImportCount&) const = default;
};

struct ImportReport {
  ImportCount users = {};
  ImportCount groups = {};
  ImportCount memberships = {};
  /// What stays behind, because nothing here can hold it.
  std::uint64_t roles = 0;
  std::uint64_t group_attributes = 0;

  [[nodiscard]] std::uint64_t failed() const {
    return users.failed + groups.failed + memberships.failed;
  }

  bool operator==(const ImportReport&) const = default;
};

/// Groups and memberships are told where the format has them, what stays behind where there is any.
void print_report(OutputFormat output, ImportFormat format, const ImportReport& report);

/// The rule of a membership of a group that the file does not have.
inline constexpr std::string_view kGroupNotInFile = "group_not_in_file";

/// What an outcome is counted as.
enum class Counted : std::uint8_t { kUser, kGroup, kMembership };

/// Outcomes come from several threads.
class ImportCounts {
 public:
  explicit ImportCounts(ErrorFile& errors) : errors_{errors} {}

  /// Counts the outcome of a row; `place` says where it was. A membership of somebody who is not in
  /// the pool is skipped: files name people whom nobody wanted to import.
  void note(Counted counted, RowFailure place, const Result<ImportOutcome>& outcome);
  void fail(Counted counted, const RowFailure& row);
  /// An entry that is none of what is imported.
  void skip(Counted counted);
  void leave_behind(const LeftBehind& left);

  [[nodiscard]] const std::optional<Failure>& file_failure() const { return file_failure_; }

  /// How many rows have come to anything.
  [[nodiscard]] std::uint64_t done();
  [[nodiscard]] ImportReport report();

 private:
  ImportCount& count_of(Counted counted);
  void write(const RowFailure& row);

  std::mutex mutex_;
  ErrorFile& errors_;
  ImportReport report_;
  std::optional<Failure> file_failure_;
};

}  // namespace muster
