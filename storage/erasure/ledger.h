/// The ledger of erasures, `DIR/erasures`: who must not come back. An older copy of a directory
/// still holds people who were erased since; a restore gives the ledger to reapply_erasures()
/// (storage/erasure/reapply.h), so it belongs to every backup, and is the only file of one that
/// must be newer than the rest.
///
///   file   := header "\n" { line "\n" }*
///   header := "muster-erasures 1 " created
///   line   := log " " stream " " position " " slot " " time " " chain
///
/// `created` and `time` are microseconds since 1970, `position` is that of user.erased; all numbers
/// are decimal, `stream` is a UUID. `chain` is the SHA-256, in 64 lower-case hexadecimal digits, of
/// the chain of the line before, 32 bytes, and of this line's text before the last space; ahead of
/// the first line it is the SHA-256 of the header. Lines are only ever appended. Bytes behind the
/// last line feed are of a line that was never finished, and are cut off. Nobody's values are in
/// it.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

struct LedgerLine {
  LogId log{};
  StreamId person;
  Position position{};
  Slot slot{};  // 0: nothing was ever sealed
  Micros time{};

  bool operator==(const LedgerLine&) const = default;
};

/// A ledger as it was read: `created` of its directory, and the chain hash at its end.
struct LedgerEnd {
  Micros created{};
  Digest chain{};
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;  // of the header and of whole lines
};

/// Reads the whole file, checking each line. kNotFound "file_missing"; kCorrupt "ledger_damaged"
/// with the number of the line. `visit` gets each line with its chain hash.
Result<LedgerEnd> read_ledger(
    const std::filesystem::path& path,
    const std::function<Result<void>(const LedgerLine&, const Digest& chain)>& visit);

/// The ledger of a directory that is open for writing. One thread at a time.
class ErasureLedger {
 public:
  /// Made with the first append. kCorrupt as read_ledger(); kConflict "ledger_of_another_directory"
  /// when `created` is another.
  static Result<ErasureLedger> open(std::filesystem::path path, Micros created);

  /// Whether there is a line about this person: its chain hash.
  [[nodiscard]] std::optional<Digest> find(LogId log, StreamId person, Position position) const;

  /// Appends the lines, synced on return. What a failure left is cut off by the next open().
  Result<void> append(std::span<const LedgerLine> lines);

 private:
  ErasureLedger(std::filesystem::path path, Micros created)
      : path_{std::move(path)}, created_{created} {}

  void note(const LedgerLine& line, const Digest& chain);
  static std::string name_of(LogId log, StreamId person, Position position);

  std::filesystem::path path_;
  Micros created_;
  LedgerEnd end_;
  bool broken_ = false;  // an append failed
  std::unordered_map<std::string, Digest> known_;
};

}  // namespace muster
