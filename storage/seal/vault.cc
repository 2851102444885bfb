#include "storage/seal/vault.h"

#include <system_error>
#include <utility>

#include "storage/seal/digest.h"
#include "storage/seal/segment.h"

namespace muster {

namespace {

// A key ring that finds no file of KEKs takes the directory for a new one and makes an empty file:
// that must not happen beside slots that only the lost KEKs can open.
Result<void> refuse_slots_without_keks(const std::filesystem::path& dir) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(dir / "slots", error);
  if (error || bytes <= kSlotBytes || std::filesystem::exists(dir / "keks", error)) return {};
  return failure(Errc::kCorrupt,
                 "keks_missing",
                 "There are key slots, but keys/keks is missing. Restore it from a backup.");
}

}  // namespace

Vault::Vault(std::unique_ptr<KeyRing> ring,
             std::unique_ptr<KeySlots> slots,
             Entropy& entropy,
             std::size_t cached_keys)
    : entropy_{entropy}, ring_{std::move(ring)}, slots_{std::move(slots)}, cache_{cached_keys} {}

Result<std::unique_ptr<Vault>> Vault::open(const VaultOptions& options, Entropy& entropy) {
  MUSTER_CHECKED(refuse_slots_without_keks(options.ring.dir));
  MUSTER_TRY(auto ring, KeyRing::open(options.ring, entropy));
  MUSTER_TRY(auto slots,
             KeySlots::open(options.ring.dir / "slots", options.ring.read_only, *ring, entropy));
  return std::unique_ptr<Vault>{
      new Vault{std::move(ring), std::move(slots), entropy, options.cached_keys}};
}

Result<void> Vault::begin_reserving(Slot first_free) {
  return slots_->begin_reserving(first_free);
}

bool Vault::has_ready_slots(LogId log) const {
  return slots_->has_ready(log);
}

Result<Slot> Vault::reserve_slot(LogId log) {
  MUSTER_TRY(const ReservedSlot reserved, slots_->reserve(log));
  cache_.put(reserved.slot, reserved.key);
  return reserved.slot;
}

Result<SecretKey> Vault::subject_key(Slot slot) {
  return cache_.get(slot, [&] { return slots_->read(slot); });
}

Result<std::string> Vault::seal(Slot slot,
                                const SegmentContext& context,
                                std::string_view plaintext) {
  MUSTER_TRY(const SecretKey key, subject_key(slot));
  return seal_segment({slot, key}, context, plaintext, entropy_);
}

Result<std::string> Vault::open(const SegmentContext& context, std::string_view segment) {
  MUSTER_TRY(const Slot slot, segment_slot(segment));
  MUSTER_TRY(const SecretKey key, subject_key(slot));
  return open_segment(key, context, segment);
}

Digest Vault::digest(std::string_view bytes) {
  return sha256(bytes);
}

Result<void> Vault::erase_slot(Slot slot) {
  MUSTER_CHECKED(cache_.forget(slot, [&] { return slots_->overwrite_as_erased(slot); }));
  return slots_->sync();
}

Result<void> Vault::erase_slots(std::span<const Slot> slots) {
  for (const Slot slot : slots) {
    MUSTER_CHECKED(cache_.forget(slot, [&] { return slots_->overwrite_as_erased(slot); }));
  }
  return slots.empty() ? Result<void>{} : slots_->sync();
}

Result<bool> Vault::is_erased(Slot slot) {
  const auto key = slots_->read(slot);
  if (key) {
    return false;
  }
  return key.error().code == Errc::kGone ? Result<bool>{true} : Result<bool>{key.error()};
}

Result<SlotCensus> Vault::scan(const std::function<void(const DamagedSlot&)>& on_damage) {
  return slots_->scan(Slot{1}, slots_->end(), on_damage);
}

Result<SecretKey> Vault::derived_key(LogId log, std::string_view label) {
  MUSTER_TRY(const auto kek, ring_->kek_for(log));
  SecretKey derived;
  hkdf_sha256(kek->key.view(), {}, label, derived.writable());
  return derived;
}

Result<HeadKey> Vault::head_key(LogId log, std::string_view name) {
  MUSTER_TRY(const SecretKey seed, derived_key(log, "muster tree head ed25519 v1"));
  return HeadKey::from_seed(seed, name);
}

}  // namespace muster
