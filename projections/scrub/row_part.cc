#include <array>
#include <charconv>

#include "projections/scrub/scrub_part.h"

namespace muster {
namespace {

constexpr std::uint64_t kBytesAtOnce = std::uint64_t{256} * 1024;

/// Reads every row: those of views have a checksum over key and value, so that a row which somebody
/// else wrote is found, too.
class RowPart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "rows"; }

  Result<ScrubPiece> next() override;

  /// Families only: keys may hold identifiers of people, and are not kept.
  [[nodiscard]] std::string place() const override { return std::to_string(family_); }

  void resume(std::string_view place) override {
    std::from_chars(place.data(), place.data() + place.size(), family_);
    family_ = family_ < kFamilyCount ? family_ : 0;
  }

  [[nodiscard]] double coverage() const override {
    return static_cast<double>(family_) / static_cast<double>(kFamilyCount);
  }

 private:
  std::size_t family_ = 0;
  std::string from_;  // the first key that was not read
};

Result<ScrubPiece> RowPart::next() {
  const auto family = static_cast<Family>(family_);
  ScrubPiece piece;
  bool over = true;
  const auto read = context_.ports.directory.kv().scan(
      family, KvRange{from_, {}}, [&](std::string_view key, std::string_view value) {
        piece.bytes += key.size() + value.size();
        if (piece.bytes < kBytesAtOnce) {
          return true;
        }
        from_.assign(key);
        from_.push_back('\0');
        over = false;
        return false;
      });
  if (!read) {
    context_.found(read.error().rule,
                   "rows of " + std::string{name_of(family)} + ": " + read.error().reason);
    over = true;  // where the next intact row begins nobody knows
  }
  if (over) {
    from_.clear();
    family_ = (family_ + 1) % kFamilyCount;
    piece.done = family_ == 0;
  }
  return piece;
}

}  // namespace

ScrubPartPtr scrub_rows(const ScrubContext& context) {
  return std::make_unique<RowPart>(context);
}

}  // namespace muster
