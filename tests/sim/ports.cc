#include "tests/sim/ports.h"

#include <algorithm>

#include "engine/core/bytes.h"
#include "storage/seal/digest.h"

namespace muster::sim {
namespace {

constexpr std::size_t kSaltBytes = 8;

std::string under_key(Slot slot, std::uint64_t salt, std::string_view text) {
  Dice stream{(std::uint64_t{raw(slot)} << 32U) ^ salt};
  std::string out{text};
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i, word >>= 8U) {
    word = i % 8 == 0 ? stream.next() : word;
    out[i] = static_cast<char>(static_cast<std::uint8_t>(out[i]) ^ (word & 0xFFU));
  }
  return out;
}

std::uint32_t seal_of(const SegmentContext& context, std::string_view text) {
  std::string place;
  put_big_endian_32(place, raw(context.log));
  place.append(context.stream.view());
  put_text(place, context.type);
  put_varint(place, context.version);
  put_varint(place, context.number);
  place.append(text);
  return crc32c(place);
}

Failure damaged() {
  return failure(Errc::kCorrupt, "segment_damaged", "not what was sealed here");
}

}  // namespace

Result<Slot> SimSealer::reserve_slot(LogId) {
  const Slot slot{next_++};
  if (erased_.size() <= raw(slot)) {
    erased_.resize(raw(slot) + 1, false);
  }
  return slot;
}

Result<std::string> SimSealer::seal(Slot slot,
                                    const SegmentContext& context,
                                    std::string_view plaintext) {
  if (is_erased(slot)) {
    return failure(Errc::kGone, "erased", "the key is destroyed");
  }
  std::array<std::uint8_t, kSaltBytes> salt{};
  entropy_.fill(salt);
  std::string segment;
  put_big_endian_32(segment, raw(slot));
  segment.append(reinterpret_cast<const char*>(salt.data()), salt.size());
  const std::uint64_t salt_word = ByteReader{std::string_view{segment}.substr(4)}.big_endian_64();
  segment += under_key(slot, salt_word, plaintext);
  put_big_endian_32(segment, seal_of(context, plaintext));
  return segment;
}

Result<std::string> SimSealer::open(const SegmentContext& context, std::string_view segment) {
  ByteReader reader{segment};
  const Slot slot{reader.big_endian_32()};
  const std::uint64_t salt = reader.big_endian_64();
  if (!reader.ok() || reader.rest().size() < 4) {
    return damaged();
  }
  if (is_erased(slot)) {
    return failure(Errc::kGone, "erased", "the key is destroyed");
  }
  const std::string_view body = reader.rest().substr(0, reader.rest().size() - 4);
  std::string text = under_key(slot, salt, body);
  if (seal_of(context, text) != ByteReader{reader.rest().substr(body.size())}.big_endian_32()) {
    return damaged();
  }
  return text;
}

Digest SimSealer::digest(std::string_view bytes) {
  return sha256(bytes);
}

Result<void> SimSealer::erase_slot(Slot slot) {
  if (failing_) {
    return failure(Errc::kIo, "keys_io", "injected: the slot cannot be overwritten");
  }
  erased_.at(raw(slot)) = true;
  return {};
}

Result<void> SimSealer::begin_reserving(Slot first_free) {
  next_ = raw(first_free);
  for (std::size_t slot = next_; slot < erased_.size(); ++slot) {
    if (erased_[slot]) {
      return failure(Errc::kCorrupt, "keys", "a key that no event names was destroyed");
    }
  }
  return {};
}

bool SimSealer::is_erased(Slot slot) const {
  return raw(slot) < erased_.size() && erased_[raw(slot)];
}

std::size_t SimSealer::erased() const {
  return static_cast<std::size_t>(std::ranges::count(erased_, true));
}

}  // namespace muster::sim
