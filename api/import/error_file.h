/// The rows of an import that failed or were skipped, as NDJSON:
///
///   {"line":17,"key":"uid=ada,dc=x","error_code":"...","reason":"...","pointer":"/payload/x"}
///
/// one line per row. `pointer` is there when the fault has a place; a row with several faults also
/// has "faults":[{"pointer","rule","reason"},...]; one that was skipped has "skipped":true. Keys
/// are personal, so the file is made with mode 0600 and only when there is something to write.
/// After `kRowsMax` rows it ends with
/// {"truncated":true} and further rows are only counted. One thread.
#pragma once

#include <cstdint>
#include <filesystem>

#include "api/import/row_failure.h"
#include "engine/core/result.h"

namespace muster {

class ErrorFile {
 public:
  /// About 30 MB of usual rows: more than anyone reads, and a full disk is worse.
  static constexpr std::uint64_t kRowsMax = 100'000;

  /// Removes what an earlier run left at `path`, so that the file always speaks of this run.
  explicit ErrorFile(std::filesystem::path path);
  ErrorFile(const ErrorFile&) = delete;
  ErrorFile& operator=(const ErrorFile&) = delete;
  ~ErrorFile();

  /// kIo when the file cannot be made or written.
  Result<> add(const RowFailure& row);
  /// Everything added so far is in the file when this succeeds.
  Result<> flush();

  /// Rows added, those that were only counted included.
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Result<> open();

  std::filesystem::path path_;
  int file_ = -1;
  std::string pending_;
  std::uint64_t rows_ = 0;
};

/// Where the failed rows of `import_file` go: `<import_file>.errors.ndjson`.
[[nodiscard]] std::filesystem::path error_file_path(const std::filesystem::path& import_file);

}  // namespace muster
