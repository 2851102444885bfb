/// Bytes of `DIR/keys/slots`: a header in the place of slot 0, then slots of 128 bytes, slot n at
/// offset 128 * n.
///
///   slot   := "MKS1" number:le32 state:1 zero:3 kek:le32 key_id:16 wrapped:48 zero:44 crc:le32
///   header := "MKS1" 0:le32 0xFF zero:3 zero:112 crc:le32
///   crc    := CRC-32C of the 124 bytes before it
///
/// state: 1 live, 2 erased, 3 unassigned. `wrapped` is AES-256-GCM of the 32-byte subject key under
/// the KEK, tag included; the nonce is the first 12 bytes of the random key_id, the associated data
/// are the 32 bytes before it, so a slot copied elsewhere does not open. For the other states
/// everything after `state` but crc is zero. No other bytes are a slot: an all-zero or short one
/// is damaged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/seal/key_ring.h"
#include "storage/seal/secret.h"

namespace muster {

inline constexpr std::size_t kSlotBytes = 128;

enum class SlotState : std::uint8_t {
  kLive = 1,
  kErased = 2,
  /// Damaged before it was ever given out, and never will be. Not "erased": nobody asked for that.
  kUnassigned = 3,
};

struct SlotRecord {
  Slot slot{};
  SlotState state{};
  KekId kek{};
  std::array<std::uint8_t, 16> key_id{};
  std::array<std::uint8_t, 48> wrapped{};
};

/// A live slot that holds `key`. `key_id` must be random.
SlotRecord wrap_subject_key(Slot slot,
                            const Kek& kek,
                            const std::array<std::uint8_t, 16>& key_id,
                            const SecretKey& key);
/// Nothing unless the record is live and was wrapped by `kek` for this very slot.
std::optional<SecretKey> unwrap_subject_key(const SlotRecord& record, const Kek& kek);

/// Appends 128 bytes.
void append_slot(std::string& out, const SlotRecord& record);
/// Appends the 128 bytes in the place of slot 0.
void append_slot_header(std::string& out);
bool is_slot_header(std::string_view bytes);
/// kCorrupt "key_missing"; the reason says what is wrong with the bytes.
Result<SlotRecord> parse_slot(Slot expected, std::string_view bytes);

}  // namespace muster
