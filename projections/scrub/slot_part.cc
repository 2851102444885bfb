#include <charconv>

#include "projections/scrub/scrub_part.h"

namespace muster {
namespace {

/// A piece: 128 KiB.
constexpr std::uint32_t kSlotsAtOnce = 1024;

class SlotPart final : public ScrubPart {
 public:
  using ScrubPart::ScrubPart;

  [[nodiscard]] std::string_view name() const override { return "key_slots"; }

  Result<ScrubPiece> next() override;

  [[nodiscard]] std::string place() const override {
    return at_ == kFirst ? std::string{} : std::to_string(at_);
  }

  void resume(std::string_view place) override {
    std::from_chars(place.data(), place.data() + place.size(), at_);
    at_ = std::max(at_, kFirst);
  }

  [[nodiscard]] double coverage() const override {
    return static_cast<double>(at_) /
           static_cast<double>(raw(context_.ports.directory.vault().slots().end()));
  }

 private:
  static constexpr std::uint32_t kFirst = 1;

  /// What reads as damaged may be half overwritten.
  void check_again(Slot slot);

  std::uint32_t at_ = kFirst;
};

void SlotPart::check_again(Slot slot) {
  KeySlots& slots = context_.ports.directory.vault().slots();
  const auto report = [&](const DamagedSlot& damaged) {
    context_.found("key_slot_damaged",
                   "keys/slots: slot " + std::to_string(raw(damaged.slot)) + " at byte " +
                       std::to_string(damaged.offset_bytes) + ": " + damaged.reason);
  };
  (void)slots.scan(slot, Slot{raw(slot) + 1}, report);
}

Result<ScrubPiece> SlotPart::next() {
  KeySlots& slots = context_.ports.directory.vault().slots();
  const Slot end{at_ + kSlotsAtOnce};
  std::vector<Slot> suspects;
  MUSTER_CHECKED(slots.scan(
      Slot{at_}, end, [&](const DamagedSlot& damaged) { suspects.push_back(damaged.slot); }));
  for (const Slot slot : suspects) {
    check_again(slot);
  }
  if (at_ == kFirst) {
    const auto header = slots.read_intact(Slot{0}, Slot{1});
    if (!header || !is_slot_header(*header)) {
      context_.found("slots_damaged", "keys/slots: its header, at byte 0, is damaged");
    }
  }
  ScrubPiece piece{std::uint64_t{kSlotsAtOnce} * kSlotBytes};
  piece.done = end >= slots.end();
  at_ = piece.done ? kFirst : raw(end);
  return piece;
}

}  // namespace

ScrubPartPtr scrub_slots(const ScrubContext& context) {
  return std::make_unique<SlotPart>(context);
}

}  // namespace muster
