#include <algorithm>
#include <optional>

#include "projections/scrub/scrub_part.h"
#include "storage/backup/slow_reader.h"

namespace muster {
namespace {

/// Every byte of every table, against the checksum with which it was written.
class TablePart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "tables"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] std::string place() const override { return done_; }

  void resume(std::string_view place) override { done_ = place; }

  [[nodiscard]] double coverage() const override {
    return total_ == 0 ? 0.0 : static_cast<double>(looked_at_) / static_cast<double>(total_);
  }

 private:
  Result<void> list();
  Result<void> open_next();
  void judge();

  std::vector<TableFile> tables_;  // of this pass, in order of name
  std::size_t at_ = 0;
  bool listed_ = false;
  bool by_blocks_ = false;  // some table has no checksum of its own
  std::string done_;        // the last table that was looked at
  std::optional<SlowReader> reader_;
  std::uint64_t looked_at_ = 0;
  std::uint64_t total_ = 0;
};

Result<void> TablePart::list() {
  MUSTER_TRY(tables_, context_.ports.directory.kv().table_files());
  std::ranges::sort(tables_, {}, &TableFile::name);
  std::erase_if(tables_, [&](const TableFile& table) { return table.name <= done_; });
  total_ = 0;
  looked_at_ = 0;
  for (const TableFile& table : tables_) {
    total_ += table.bytes;
  }
  by_blocks_ = std::ranges::any_of(tables_, [](const TableFile& t) { return !t.checksum; });
  at_ = 0;
  listed_ = true;
  return {};
}

/// A table that is gone was compacted away: what it held is in others.
Result<void> TablePart::open_next() {
  while (at_ < tables_.size() && !reader_) {
    auto opened = SlowReader::open(context_.ports.directory.path() / "db" / tables_[at_].name);
    if (opened) {
      reader_ = std::move(*opened);
    } else if (opened.error().code == Errc::kNotFound) {
      ++at_;
    } else {
      return opened.error();
    }
  }
  return {};
}

void TablePart::judge() {
  const TableFile& table = tables_[at_];
  const FileSums& sums = reader_->sums();
  if (table.checksum && sums.crc32c != *table.checksum) {
    context_.found("storage_corrupt",
                   "db/" + table.name + " (" + table.family +
                       "): damaged, it has another checksum " + "than it was written with");
  }
}

Result<ScrubPiece> TablePart::next() {
  if (!listed_) {
    MUSTER_CHECKED(list());
  }
  MUSTER_CHECKED(open_next());
  ScrubPiece piece;
  if (reader_) {
    const auto got = reader_->next();
    if (!got) {
      context_.found(got.error().rule, "db/" + tables_[at_].name + ": " + got.error().reason);
    }
    piece.bytes = got ? *got : 0;
    looked_at_ += piece.bytes;
    if (!got || reader_->ended()) {
      if (got) {
        judge();
      }
      reader_.reset();
      done_ = tables_[at_++].name;
    }
  }
  if (!reader_ && at_ >= tables_.size()) {
    if (by_blocks_) {
      // Written before tables had checksums: their blocks have.
      if (const auto fine = context_.ports.directory.kv().verify_checksums(); !fine) {
        context_.found(fine.error().rule, fine.error().reason);
      }
    }
    piece.done = true;
    listed_ = false;
    done_.clear();
  }
  return piece;
}

}  // namespace

ScrubPartPtr scrub_tables(const ScrubContext& context) {
  return std::make_unique<TablePart>(context);
}

}  // namespace muster
