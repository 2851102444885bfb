#include "engine/core/bytes.h"

#include <array>
#include <bit>
#include <cstring>

namespace muster {
namespace {

template <class Number>
void put(std::string& out, Number value) {
  std::array<char, sizeof(Number)> raw{};
  std::memcpy(raw.data(), &value, sizeof value);
  out.append(raw.data(), raw.size());
}

template <class Number>
Number load(std::string_view bytes) {
  Number value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

static_assert(std::endian::native == std::endian::little, "value bytes are written as they lie");

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void encode_base64(std::string& out, std::string_view bytes, std::string_view alphabet) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<std::uint8_t>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out.push_back(alphabet[(bits >> count) & 63U]);
    }
  }
  if (count > 0) {
    out.push_back(alphabet[(bits << (6 - count)) & 63U]);
  }
}

constexpr std::array<std::int8_t, 256> make_base64_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < 64; ++i) {
    values[static_cast<std::uint8_t>(kPlain[i])] = static_cast<std::int8_t>(i);
    values[static_cast<std::uint8_t>(kUrl[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0U ? (crc >> 1U) ^ 0x82F63B78U : crc >> 1U;
    }
    table[i] = crc;
  }
  return table;
}

}  // namespace

void put_big_endian_32(std::string& out, std::uint32_t value) {
  put(out, __builtin_bswap32(value));
}

void put_big_endian_64(std::string& out, std::uint64_t value) {
  put(out, __builtin_bswap64(value));
}

void put_little_endian_32(std::string& out, std::uint32_t value) {
  put(out, value);
}

void put_little_endian_64(std::string& out, std::uint64_t value) {
  put(out, value);
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out.push_back(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<char>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

std::string_view ByteReader::take(std::size_t count) {
  if (count > rest_.size()) {
    fail();
    return {};
  }
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint8_t ByteReader::byte() {
  const auto taken = take(1);
  return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
}

std::uint32_t ByteReader::big_endian_32() {
  return __builtin_bswap32(little_endian_32());
}

std::uint64_t ByteReader::big_endian_64() {
  return __builtin_bswap64(little_endian_64());
}

std::uint32_t ByteReader::little_endian_32() {
  const auto taken = take(4);
  return taken.empty() ? 0 : load<std::uint32_t>(taken);
}

std::uint64_t ByteReader::little_endian_64() {
  const auto taken = take(8);
  return taken.empty() ? 0 : load<std::uint64_t>(taken);
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    value |= static_cast<std::uint64_t>(next & 0x7FU) << shift;
    if ((next & 0x80U) == 0U) {
      return value;
    }
  }
  fail();
  return 0;
}

std::string_view ByteReader::text() {
  return take(varint());
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out.push_back(kHexDigits[byte >> 4U]);
    out.push_back(kHexDigits[byte & 0x0FU]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto value = [&](char c) -> int {
      const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
      const auto at = kHexDigits.find(lower);
      return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    const int high = value(text[i]);
    const int low = value(text[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  encode_base64(out, bytes, kPlain);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  encode_base64(out, bytes, kUrl);
  return out;
}

void append_base64url(std::string& out, std::string_view bytes) {
  encode_base64(out, bytes, kUrl);
}

std::optional<std::string> from_base64(std::string_view text) {
  static constexpr auto kValues = make_base64_values();
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) {
    return std::nullopt;
  }
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::int8_t value = kValues[static_cast<std::uint8_t>(c)];
    if (value < 0) {
      return std::nullopt;
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
  }
  return out;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static std::uint32_t crc32c_hardware(std::string_view bytes,
                                                                       std::uint32_t crc) {
  std::uint64_t state = crc;
  while (bytes.size() >= 8) {
    state = __builtin_ia32_crc32di(state, load<std::uint64_t>(bytes));
    bytes.remove_prefix(8);
  }
  auto narrow = static_cast<std::uint32_t>(state);
  for (const char c : bytes) {
    narrow = __builtin_ia32_crc32qi(narrow, static_cast<std::uint8_t>(c));
  }
  return narrow;
}
#endif

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
  std::uint32_t crc = ~seed;
#ifdef __x86_64__
  if (__builtin_cpu_supports("sse4.2") != 0) {
    return ~crc32c_hardware(bytes, crc);
  }
#endif
  static constexpr auto kTable = make_crc_table();
  for (const char c : bytes) {
    crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU];
  }
  return ~crc;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) {
    return false;
  }
  std::uint64_t difference = 0;
  while (left.size() >= sizeof(std::uint64_t)) {
    difference |= load<std::uint64_t>(left) ^ load<std::uint64_t>(right);
    left.remove_prefix(sizeof(std::uint64_t));
    right.remove_prefix(sizeof(std::uint64_t));
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    difference |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(left[i])) ^
                  static_cast<std::uint8_t>(right[i]);
  }
  // Hides the value from the compiler, so that it cannot leave the loop early.
  __asm__ volatile("" : "+r"(difference));
  return difference == 0;
}

}  // namespace muster
