#include "storage/seal/slot_record.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/core/bytes.h"
#include "storage/seal/aead.h"

namespace muster {

namespace {

constexpr std::string_view kMagic = "MKS1";
constexpr std::size_t kCrcAt = kSlotBytes - 4;
constexpr std::uint8_t kHeaderState = 0xFF;

// What the wrapping authenticates: a live slot up to its wrapped key.
void append_front(std::string& out, const SlotRecord& record) {
  out.append(kMagic);
  put_little_endian_32(out, raw(record.slot));
  out.push_back(static_cast<char>(record.state));
  out.append(3, '\0');
  put_little_endian_32(out, raw(record.kek));
  out.append(reinterpret_cast<const char*>(record.key_id.data()), record.key_id.size());
}

std::string front_of(const SlotRecord& record) {
  std::string front;
  front.reserve(32);
  append_front(front, record);
  return front;
}

AeadNonce nonce_of(const SlotRecord& record) {
  AeadNonce nonce;
  std::copy_n(record.key_id.begin(), nonce.size(), nonce.begin());
  return nonce;
}

// Pads what was appended since `start` with zeros and closes it with its checksum.
void close_slot(std::string& out, std::size_t start) {
  out.resize(start + kCrcAt, '\0');
  put_little_endian_32(out, crc32c(std::string_view{out}.substr(start)));
}

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

Failure damaged(std::string_view reason) {
  return failure(Errc::kCorrupt, "key_missing", reason);
}

}  // namespace

SlotRecord wrap_subject_key(Slot slot,
                            const Kek& kek,
                            const std::array<std::uint8_t, 16>& key_id,
                            const SecretKey& key) {
  SlotRecord record{slot, SlotState::kLive, kek.id, key_id, {}};
  aead_seal({kek.key, nonce_of(record), front_of(record)}, key.view(), record.wrapped);
  return record;
}

std::optional<SecretKey> unwrap_subject_key(const SlotRecord& record, const Kek& kek) {
  if (record.state != SlotState::kLive || record.kek != kek.id) return std::nullopt;
  const std::string_view wrapped{reinterpret_cast<const char*>(record.wrapped.data()),
                                 record.wrapped.size()};
  SecretKey key;
  if (!aead_open({kek.key, nonce_of(record), front_of(record)}, wrapped, key.writable())) {
    return std::nullopt;
  }
  return key;
}

void append_slot(std::string& out, const SlotRecord& record) {
  const std::size_t start = out.size();
  append_front(out, record);
  out.append(reinterpret_cast<const char*>(record.wrapped.data()), record.wrapped.size());
  close_slot(out, start);
}

void append_slot_header(std::string& out) {
  const std::size_t start = out.size();
  out.append(kMagic);
  put_little_endian_32(out, 0);
  out.push_back(static_cast<char>(kHeaderState));
  close_slot(out, start);
}

Result<SlotRecord> parse_slot(Slot expected, std::string_view bytes) {
  if (bytes.size() != kSlotBytes) return damaged("the slot is cut off");
  if (all_zero(bytes)) return damaged("the slot is empty");
  ByteReader reader{bytes};
  const std::string_view body = bytes.substr(0, kCrcAt);
  ByteReader crc{bytes.substr(kCrcAt)};
  if (crc.little_endian_32() != crc32c(body)) return damaged("the slot's checksum is wrong");
  if (reader.take(kMagic.size()) != kMagic) return damaged("the slot has an unknown format");
  SlotRecord record;
  record.slot = Slot{reader.little_endian_32()};
  if (record.slot != expected) return damaged("the slot belongs to another place");
  const std::uint8_t state = reader.byte();
  const bool reserved_is_zero = all_zero(reader.take(3));
  record.kek = KekId{reader.little_endian_32()};
  std::memcpy(record.key_id.data(), reader.take(16).data(), record.key_id.size());
  std::memcpy(record.wrapped.data(), reader.take(48).data(), record.wrapped.size());
  if (!reserved_is_zero) return damaged("the slot has an unknown format");

  if (state == static_cast<std::uint8_t>(SlotState::kLive)) {
    record.state = SlotState::kLive;
    return record;
  }
  const bool erased = state == static_cast<std::uint8_t>(SlotState::kErased);
  const bool unassigned = state == static_cast<std::uint8_t>(SlotState::kUnassigned);
  if (!erased && !unassigned) return damaged("the slot has an unknown state");
  if (!all_zero(body.substr(12))) return damaged("the slot is marked unused but is not empty");
  record.state = erased ? SlotState::kErased : SlotState::kUnassigned;
  return record;
}

bool is_slot_header(std::string_view bytes) {
  std::string expected;
  append_slot_header(expected);
  return bytes == expected;
}

}  // namespace muster
