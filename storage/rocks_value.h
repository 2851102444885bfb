/// How RocksDB holds values of the families log.1 and users.1, which are JSON for the most part and
/// make up half of what a creation writes.
///
///   value      := 0x00 bytes
///               | 0x01 size (varint) block
///   block      := LZ4 block format, `size` bytes when it is decompressed
///
/// Small values, and those that would not shrink, are held as they are. Compressed here and not by
/// RocksDB, which compresses tables only: like this the write-ahead log, the memtables and the
/// block cache hold less, too. Nobody above Kv sees it; what is hashed are the bytes themselves.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "storage/kv.h"

namespace muster {

constexpr bool is_compressed(Family family) {
  return family == Family::kLog || family == Family::kUsers;
}

/// What is to be stored for `value`: `value` itself or the contents of `buffer`.
std::string_view encode_value(Family family, std::string_view value, std::string& buffer);

/// The other way round. kCorrupt "storage_corrupt" for what encode_value() does not make.
Result<std::string_view> decode_value(Family family, std::string_view stored, std::string& buffer);

}  // namespace muster
