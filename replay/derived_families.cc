#include "replay/derived_families.h"

namespace muster::replay {
namespace {

std::array<char, 4> big_endian(std::size_t length) {
  const auto value = static_cast<std::uint32_t>(length);
  return {static_cast<char>(value >> 24U),
          static_cast<char>(value >> 16U),
          static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

}  // namespace

bool takes_part(Family family, std::string_view key, const OutcomeHours& hours) {
  if (family != Family::kIdempotency) {
    return true;
  }
  ByteReader reader{key};
  const LogId log{reader.big_endian_32()};
  const std::int64_t hour = reader.big_endian_32();
  const auto from = hours.find(log);
  return from == hours.end() || hour >= from->second;
}

void ViewHash::add(std::string_view key, std::string_view value) {
  const auto key_length = big_endian(key.size());
  const auto value_length = big_endian(value.size());
  hash_.add({key_length.data(), key_length.size()}).add(key);
  hash_.add({value_length.data(), value_length.size()}).add(value);
  ++rows_;
}

}  // namespace muster::replay
