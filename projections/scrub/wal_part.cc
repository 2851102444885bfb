#include <algorithm>
#include <deque>
#include <optional>

#include "projections/scrub/scrub_part.h"
#include "storage/file_io.h"
#include "storage/rocks_wal.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

/// A record that is being written is whole long before.
constexpr std::chrono::milliseconds kLookAgain{300};

/// The write-ahead log and RocksDB's MANIFEST: files of checksummed records, one a piece. What is
/// not whole at the end of the file that is being written gets a second look.
class WalPart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "write_ahead_log"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] double coverage() const override {
    return total_ == 0 ? 0.0
                       : 1.0 - static_cast<double>(files_.size()) / static_cast<double>(total_);
  }

 private:
  Result<void> list();

  std::deque<fs::path> files_;  // not looked at yet
  std::size_t total_ = 0;
  std::optional<std::uint64_t> suspect_;  // in the first of them
};

Result<void> WalPart::list() {
  const fs::path store = context_.ports.directory.path() / "db";
  const std::uint64_t oldest = context_.ports.directory.kv().stats().oldest_wal;
  MUSTER_TRY(const auto logs, wal_files(store));
  for (const auto& log : logs) {
    if (wal_number(log) >= oldest) {
      files_.push_back(log);
    }
  }
  MUSTER_TRY(const auto others, list_directory(store));
  std::ranges::copy_if(others, std::back_inserter(files_), [](const fs::path& file) {
    return file.filename().string().starts_with("MANIFEST-");
  });
  total_ = files_.size();
  return {};
}

Result<ScrubPiece> WalPart::next() {
  if (files_.empty()) {
    MUSTER_CHECKED(list());
  }
  ScrubPiece piece;
  if (!files_.empty()) {
    const fs::path file = files_.front();
    const auto checked = check_record_file(file);
    // Old ones are removed once tables have what they hold.
    const bool gone = !checked && checked.error().code == Errc::kNotFound;
    if (!checked && !gone) {
      context_.found(checked.error().rule, checked.error().reason);
    }
    if (checked) {
      piece.bytes = checked->bytes;
    }
    const auto damage = checked ? checked->first_damage : std::nullopt;
    if (damage && damage != suspect_) {
      suspect_ = damage;
      piece.wait = kLookAgain;
      return piece;
    }
    if (damage) {
      context_.found(
          "storage_corrupt",
          "db/" + file.filename().string() + ": damaged at byte " + std::to_string(*damage));
    }
    suspect_.reset();
    files_.pop_front();
  }
  piece.done = files_.empty();
  return piece;
}

}  // namespace

ScrubPartPtr scrub_wal(const ScrubContext& context) {
  return std::make_unique<WalPart>(context);
}

}  // namespace muster
