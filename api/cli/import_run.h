/// `muster import`: reads a file and applies its users to a stopped directory or a running server.
#pragma once

#include <string>

#include "api/cli/import_report.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/import/imported_group.h"
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
  std::string roles_as;
  std::string groups_file;
  std::string mapping_file;
  std::string delimiter = ",";
  OutputFormat output{};
};

/// Where users go, then groups, then memberships. All methods are called from one thread; `done`
/// may come on another.
class ImportSink {
 public:
  ImportSink() = default;
  ImportSink(const ImportSink&) = delete;
  ImportSink& operator=(const ImportSink&) = delete;
  virtual ~ImportSink() = default;

  // A failure ends the import; failures of single rows go through `done`, which is called once.

  virtual Result<void> apply(ImportedUser user, Importer::Done done) = 0;
  /// Parents come before their subgroups.
  virtual Result<void> put_group(const ImportedGroup& group, Importer::Done done) = 0;
  /// kCreated: is a member from now on.
  virtual Result<void> add_member(const ImportedMember& member, Importer::Done done) = 0;
  /// Returns when everything so far has its outcome. Between users and groups, and between groups
  /// and memberships.
  virtual Result<void> settle() = 0;
  /// The end.
  virtual Result<void> finish() = 0;
  /// Whether the pool has a schema for business metadata.
  [[nodiscard]] virtual bool has_business_metadata() const = 0;
};

Result<std::unique_ptr<ImportSink>> open_offline_sink(const ImportFlags& flags);
Result<std::unique_ptr<ImportSink>> open_online_sink(const ImportFlags& flags);

/// Fails when the import ended early; `report` says what was done until then, and stays empty when
/// nothing began.
Result<void> import_file(const ImportFlags& flags, std::optional<ImportReport>& report);

/// The same, and prints the report. The exit code: 0, or 1 when rows failed.
int run_import(const ImportFlags& flags);

}  // namespace muster
