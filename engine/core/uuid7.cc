#include <algorithm>
#include <array>

#include "engine/ports/entropy.h"

namespace muster {

Uuid make_uuid_v7(Entropy& entropy, Micros now) {
  Uuid uuid;
  entropy.fill(std::span{uuid.bytes}.subspan(6));
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(raw(now), 0) / 1000);
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x70);  // version 7
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);  // variant 10
  return uuid;
}

}  // namespace muster
