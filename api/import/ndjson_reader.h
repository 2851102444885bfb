/// Reads users from NDJSON: one JSON object per line, the body that creates a user through the API
/// (contract 4, NewUser): status, id, payload, metadata, business_metadata, the three *_schema_id,
/// identifiers, verifiable_addresses, credentials. Beyond it a password credential may hold
/// `hashed_password`, a hash object or a crypt or PHC string, instead of `password`. Unknown
/// members are ignored and null means absent, as in the API.
///
/// A row without an id gets one from its first identifier; a row with neither is refused, because
/// a second run could not find its user again. Credentials other than password and totp are refused
/// rather than left out. Blank lines are passed over. A line may have 1 MiB. One thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <variant>

#include "api/import/imported_user.h"
#include "api/import/line_source.h"
#include "api/import/row_failure.h"

namespace muster {

using NdjsonRecord = std::variant<ImportedUser, RowFailure>;

class NdjsonReader {
 public:
  /// `input` must outlive this object.
  explicit NdjsonReader(std::istream& input) : lines_{input} {}

  /// The next user, or why the row cannot be taken (all its faults at once); nothing at the end.
  std::optional<NdjsonRecord> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return lines_.bytes_consumed(); }

  /// Whether reading ended early because of the operating system.
  [[nodiscard]] bool failed() const { return lines_.failed(); }

 private:
  LineSource lines_;
};

}  // namespace muster
