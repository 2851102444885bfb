/// `muster import`: reads a file and applies its users to a stopped directory or a running server.
#pragma once

#include <string>

#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/import/imported_user.h"
#include "api/import/importer.h"
#include "api/import/row_failure.h"

namespace muster {

enum class ImportFormat : std::uint8_t { kLdif, kNdjson };

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
  OutputFormat output{};
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
};

Result<std::unique_ptr<ImportSink>> open_offline_sink(const ImportFlags& flags);
Result<std::unique_ptr<ImportSink>> open_online_sink(const ImportFlags& flags);

/// The exit code: 0, or 1 when rows failed.
int run_import(const ImportFlags& flags);

}  // namespace muster
