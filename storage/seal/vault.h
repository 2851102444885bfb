/// Vault: the Sealer over the files in `DIR/keys`.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/ports/entropy.h"
#include "engine/ports/sealer.h"
#include "storage/seal/checkpoint.h"
#include "storage/seal/key_cache.h"
#include "storage/seal/key_ring.h"
#include "storage/seal/key_slots.h"

namespace muster {

struct VaultOptions {
  KeyRingOptions ring;
  std::size_t cached_keys = 65'536;  // about 100 bytes each
};

/// Any thread may call. `entropy` must outlive it.
class Vault final : public Sealer {
 public:
  /// Opens `options.ring.dir`, creating what a new directory needs (unless read-only). Segments
  /// can be opened and slots erased at once.
  static Result<std::unique_ptr<Vault>> open(const VaultOptions& options, Entropy& entropy);

  /// Needed once before reserve_slot(). `first_free` is one above the highest slot that committed
  /// state names, or 1. kCorrupt "keys_missing" when the slot file ends below it. Starts the thread
  /// that makes slots ahead of use.
  Result<void> begin_reserving(Slot first_free);

  [[nodiscard]] bool has_ready_slots(LogId log) const override;
  Result<Slot> reserve_slot(LogId log) override;
  Result<std::string> seal(Slot slot,
                           const SegmentContext& context,
                           std::string_view plaintext) override;
  Result<std::string> open(const SegmentContext& context, std::string_view segment) override;
  Digest digest(std::string_view bytes) override;
  Result<void> erase_slot(Slot slot) override;
  Result<void> erase_slots(std::span<const Slot> slots) override;

  /// Whether the key was destroyed, by what the disk holds. kCorrupt "key_missing" when that cannot
  /// be read: an unreadable slot is never an erased one.
  [[nodiscard]] Result<bool> is_erased(Slot slot);

  /// Checks every slot, unwrapping the live ones; see KeySlots::scan().
  Result<SlotCensus> scan(const std::function<void(const DamagedSlot&)>& on_damage);

  [[nodiscard]] KeySlots& slots() { return *slots_; }

  /// The key that signs tree heads of `log` under `name`. Follows from the KEK of the log, so it
  /// is the same at every start.
  Result<HeadKey> head_key(LogId log, std::string_view name);

  /// A secret of `log` for one purpose, for example the HMAC of idempotency keys. Different labels
  /// give unrelated keys; the same one gives the same key at every start.
  Result<SecretKey> derived_key(LogId log, std::string_view label);

  KeyRing& ring() { return *ring_; }

 private:
  Vault(std::unique_ptr<KeyRing> ring,
        std::unique_ptr<KeySlots> slots,
        Entropy& entropy,
        std::size_t cached_keys);

  Result<SecretKey> subject_key(Slot slot);

  Entropy& entropy_;
  std::unique_ptr<KeyRing> ring_;
  std::unique_ptr<KeySlots> slots_;
  KeyCache cache_;
};

}  // namespace muster
