#include "storage/rocks_value.h"

#include <lz4.h>

#include "engine/core/bytes.h"
#include "engine/core/check.h"

namespace muster {
namespace {

constexpr char kPlain = 0;
constexpr char kLz4 = 1;
/// Below this nothing repeats often enough.
constexpr std::size_t kCompressedBytesMin = 128;
/// Far above the largest group, so that a wrong size cannot ask for all of the memory.
constexpr std::uint64_t kValueBytesMax = std::uint64_t{256} << 20U;

constexpr std::size_t kCheckBytes = 4;

Failure damaged() {
  return failure(Errc::kCorrupt,
                 "storage_corrupt",
                 "a stored row is not as it was written; muster-replay verify names it, and "
                 "muster-replay rebuild makes the views anew from the log");
}

/// Whether `buffer` is `value`, compressed and smaller.
bool compress(std::string_view value, std::string& buffer) {
  if (value.size() < kCompressedBytesMin) {
    return false;
  }
  buffer.assign(1, kLz4);
  put_varint(buffer, value.size());
  const std::size_t prefix = buffer.size();
  buffer.resize(value.size());
  const int bytes = LZ4_compress_default(value.data(),
                                         buffer.data() + prefix,
                                         static_cast<int>(value.size()),
                                         static_cast<int>(buffer.size() - prefix));
  if (bytes <= 0) {
    return false;  // it would not have become smaller
  }
  buffer.resize(prefix + static_cast<std::size_t>(bytes));
  return true;
}

Result<std::string_view> unpack(std::string_view packed, std::string& buffer) {
  if (packed.empty()) {
    return damaged();
  }
  if (packed.front() == kPlain) {
    return packed.substr(1);
  }
  ByteReader reader{packed.substr(1)};
  const std::uint64_t size = reader.varint();
  const std::string_view block = reader.rest();
  if (packed.front() != kLz4 || !reader.ok() || size > kValueBytesMax ||
      block.size() > kValueBytesMax) {
    return damaged();
  }
  buffer.resize(size);
  const int bytes = LZ4_decompress_safe(
      block.data(), buffer.data(), static_cast<int>(block.size()), static_cast<int>(buffer.size()));
  if (bytes < 0 || static_cast<std::uint64_t>(bytes) != size) {
    return damaged();
  }
  return std::string_view{buffer};
}

}  // namespace

std::string_view encode_value(Family family,
                              std::string_view key,
                              std::string_view value,
                              std::string& buffer,
                              bool compressed) {
  if (is_stored_as_given(family)) {
    return value;
  }
  check(value.size() <= kValueBytesMax, "a value is larger than any group");
  if (!is_compressed(family)) {
    buffer.assign(value);
  } else if (!compressed || !compress(value, buffer)) {
    buffer.assign(1, kPlain);
    buffer.append(value);
  }
  if (is_checked(family)) {
    put_little_endian_32(buffer, crc32c(buffer, crc32c(key)));
  }
  return buffer;
}

Result<std::string_view> decode_value(Family family,
                                      std::string_view key,
                                      std::string_view stored,
                                      std::string& buffer) {
  std::string_view content = stored;
  if (is_checked(family)) {
    if (stored.size() < kCheckBytes) {
      return damaged();
    }
    content = stored.substr(0, stored.size() - kCheckBytes);
    ByteReader end{stored.substr(content.size())};
    if (end.little_endian_32() != crc32c(content, crc32c(key))) {
      return damaged();
    }
  }
  return is_compressed(family) ? unpack(content, buffer) : content;
}

}  // namespace muster
