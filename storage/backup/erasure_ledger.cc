#include "storage/backup/erasure_ledger.h"

#include "storage/file_io.h"

namespace muster {
namespace {

Failure differ(const std::filesystem::path& one, const std::filesystem::path& other) {
  return failure(Errc::kConflict,
                 "erasures_differ",
                 "the lists of erased people " + (one / "erasures").string() + " and " +
                     (other / "erasures").string() +
                     " contradict each other: they are of two directories, or one is damaged");
}

}  // namespace

Result<std::string> read_erasure_ledger(const std::filesystem::path& directory) {
  auto ledger = read_file(directory / "erasures", kErasureLedgerBytesMax);
  if (!ledger && ledger.error().code == Errc::kNotFound) {
    return std::string{};
  }
  MUSTER_CHECKED(ledger);
  // What is behind the last line end is a line on its way, or one that was never finished.
  const auto end = ledger->rfind('\n');
  ledger->resize(end == std::string::npos ? 0 : end + 1);
  return ledger;
}

Result<void> copy_erasure_ledger(const std::filesystem::path& from,
                                 const std::filesystem::path& to) {
  MUSTER_TRY(const std::string present, read_erasure_ledger(from));
  MUSTER_TRY(const std::string there, read_erasure_ledger(to));
  if (there.starts_with(present)) {
    return {};
  }
  return present.starts_with(there) ? write_file_atomically(to / "erasures", present)
                                    : Result<void>{differ(from, to)};
}

Result<std::string> newest_erasure_ledger(const std::vector<std::filesystem::path>& directories) {
  std::string newest;
  std::filesystem::path where;
  for (const auto& directory : directories) {
    MUSTER_TRY(std::string ledger, read_erasure_ledger(directory));
    if (ledger.starts_with(newest)) {
      newest = std::move(ledger);
      where = directory;
    } else if (!newest.starts_with(ledger)) {
      return differ(where, directory);
    }
  }
  return newest;
}

}  // namespace muster
