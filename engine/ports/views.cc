#include "engine/ports/views.h"

#include "engine/core/bytes.h"

namespace muster {

std::string encode_counters(const Counters& counters) {
  std::string out;
  for (const std::int64_t counter : counters) {
    put_little_endian_64(out, static_cast<std::uint64_t>(counter));
  }
  return out;
}

Counters decode_counters(std::string_view value) {
  ByteReader reader{value};
  Counters counters{};
  for (std::int64_t& counter : counters) {
    counter = static_cast<std::int64_t>(reader.little_endian_64());
  }
  return reader.finished() ? counters : Counters{};
}

}  // namespace muster
