/// The rows of an import file, whatever its format.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/import/person.h"

namespace muster {

enum class ImportFormat : std::uint8_t { kLdif, kNdjson, kKeycloak, kAuth0, kCsv };

/// "ldif", "ndjson", "keycloak", "auth0", "csv".
std::string_view name_of(ImportFormat format);
std::optional<ImportFormat> parse_import_format(std::string_view name);

/// What readers of other products' files must be told.
struct ForeignOptions {
  /// Credentials that cannot be taken over are left out; otherwise they make a failed row.
  bool skip_credentials = false;
  /// The pool has a schema for business metadata.
  bool business_metadata = false;
  /// Roles that other products gave a user are kept as this member of metadata; empty: they are not
  /// kept.
  std::string roles_as = {};
};

/// What a file says and nobody takes over.
struct LeftBehind {
  std::uint64_t roles = 0;
  std::uint64_t group_attributes = 0;
};

/// One thread.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  /// A user, an entry that is none, or why the row cannot be taken; nothing at the end.
  virtual std::optional<PersonRecord> next() = 0;
  [[nodiscard]] virtual std::uint64_t bytes_consumed() const = 0;
  /// Whether reading ended early because of the operating system.
  [[nodiscard]] virtual bool failed() const = 0;

  /// By the users so far.
  [[nodiscard]] virtual LeftBehind left_behind() const { return {}; }
};

struct RowSourceOptions {
  ImportFormat format{};
  ForeignOptions foreign;
  std::string csv_mapping;  // TOML text
  char csv_delimiter = ',';
};

/// Groups are no rows; see group_source.h.
/// `input` must outlive the source. kInvalid: the mapping or the header of a CSV file is wrong.
Result<std::unique_ptr<RowSource>> open_rows(const RowSourceOptions& options, std::istream& input);

}  // namespace muster
