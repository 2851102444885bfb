/// `muster import`: reads a file and applies its users to a stopped directory or a running server.
#pragma once

#include <string>

#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/import/group_writer.h"
#include "api/import/imported_user.h"
#include "api/import/importer.h"
#include "api/import/row_failure.h"
#include "api/import/row_source.h"

namespace muster {

struct ImportFlags {
  ImportFormat format{};
  std::string file;
  std::string pool;
  bool create_pool = false;
  OfflineFlags offline;
  std::string url;
  std::string client_file;
  std::string tenant = "default";
  std::string errors;
  bool skip_credentials = false;
  std::string mapping_file;
  std::string delimiter = ",";
  OutputFormat output{};
};

/// How many rows came to what.
struct ImportReport {
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t skipped = 0;
  std::uint64_t failed = 0;
  std::uint64_t groups_created = 0;
  std::uint64_t groups_updated = 0;
  std::uint64_t groups_unchanged = 0;
  std::uint64_t members_added = 0;
  std::uint64_t members_unchanged = 0;

  bool operator==(const ImportReport&) const = default;
};

/// Where users go. apply() and finish() are called from one thread; `done` may come on another.
class ImportSink {
 public:
  ImportSink() = default;
  ImportSink(const ImportSink&) = delete;
  ImportSink& operator=(const ImportSink&) = delete;
  virtual ~ImportSink() = default;

  /// A failure ends the import; failures of single rows go through `done`.
  virtual Result<void> apply(ImportedUser user, Importer::Done done) = 0;
  virtual Result<void> finish() = 0;
  /// Whether the pool has a schema for business metadata.
  [[nodiscard]] virtual bool has_business_metadata() const = 0;
  /// Brings groups in when every user has its outcome; null when this sink takes none. Between
  /// apply() and finish().
  virtual GroupWriter* begin_groups() = 0;
  [[nodiscard]] virtual bool takes_groups() const = 0;
};

Result<std::unique_ptr<ImportSink>> open_offline_sink(const ImportFlags& flags);
Result<std::unique_ptr<ImportSink>> open_online_sink(const ImportFlags& flags);

/// Fails when the import ended early; `report` says what was done until then, and stays empty when
/// nothing began.
Result<void> import_file(const ImportFlags& flags, std::optional<ImportReport>& report);

/// The same, and prints the report. The exit code: 0, or 1 when rows failed.
int run_import(const ImportFlags& flags);

}  // namespace muster
