/// Numbers to bytes and bytes to text. Keys use big-endian numbers, so that byte order is number
/// order; values use little-endian ones.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// A SHA-256 digest.
using Digest = std::array<std::uint8_t, 32>;

inline std::string_view as_view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Appends `value` with its most significant byte first.
void put_big_endian_32(std::string& out, std::uint32_t value);
void put_big_endian_64(std::string& out, std::uint64_t value);
/// Appends `value` with its least significant byte first.
void put_little_endian_32(std::string& out, std::uint32_t value);
void put_little_endian_64(std::string& out, std::uint64_t value);
/// Appends seven bits a byte, low bits first, high bit set on all but the last byte.
void put_varint(std::string& out, std::uint64_t value);
/// Appends the length as a varint, then the bytes.
void put_text(std::string& out, std::string_view text);

/// Takes values off the front of a byte string. Once a read fails every later read fails too and
/// `ok()` is false, so that a caller may check once at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_{bytes} {}

  std::uint8_t byte();
  std::uint32_t big_endian_32();
  std::uint64_t big_endian_64();
  std::uint32_t little_endian_32();
  std::uint64_t little_endian_64();
  std::uint64_t varint();
  /// A view into the bytes given to the constructor.
  std::string_view text();
  std::string_view take(std::size_t count);

  [[nodiscard]] std::string_view rest() const { return rest_; }

  [[nodiscard]] bool ok() const { return ok_; }

  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

 private:
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 section 4 (with padding) and section 5 (URL alphabet, without padding).
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);
void append_base64url(std::string& out, std::string_view bytes);
/// Accepts both alphabets, padded or not; nothing on any other byte.
std::optional<std::string> from_base64(std::string_view text);

/// CRC-32C (Castagnoli), the checksum of every record and slot that we frame ourselves.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

/// Compares secrets without leaking where they differ. Lengths may leak.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace muster
