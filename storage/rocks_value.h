/// How RocksDB holds values.
///
///   value      := content                      in most families
///               | packed                       in log.1
///               | content check                in streams.1 and the views but users.1
///               | packed check                 in users.1
///   packed     := 0x00 content
///               | 0x01 size (varint) block
///   block      := LZ4 block format, `size` bytes when it is decompressed
///   check      := CRC-32C of the key, then of all that stands before the check, little-endian
///
/// Records and users are JSON for the most part and make up half of what a creation writes; small
/// ones, and those that would not shrink, are held as they are. They are compressed here and not by
/// RocksDB, which compresses tables only: like this the write-ahead log, the memtables and the
/// block cache hold less, too. The check belongs to the key, so that a row that somebody else
/// wrote, or that came to lie under another key, is refused instead of served; RocksDB's checksums
/// only say that a block is what RocksDB wrote. Nobody above Kv sees either; what is hashed are the
/// bytes themselves.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "storage/kv.h"

namespace muster {

constexpr bool is_compressed(Family family) {
  return family == Family::kLog || family == Family::kUsers;
}

constexpr bool is_checked(Family family) {
  switch (family) {
    case Family::kStreams:
    case Family::kStates:
    case Family::kUsers:
    case Family::kUserKeys:
    case Family::kUserIndex:
    case Family::kGroups:
    case Family::kCounts:
    case Family::kIdempotency:
    case Family::kPast:
      return true;
    case Family::kMeta:
    case Family::kLog:
    case Family::kSegments:
    case Family::kAttachments:
    case Family::kTree:
      return false;
  }
  return false;
}

constexpr bool is_stored_as_given(Family family) {
  return !is_compressed(family) && !is_checked(family);
}

/// What is to be stored for `value`: `value` itself or the contents of `buffer`. `compressed` says
/// whether that may be a block where the family's values are.
std::string_view encode_value(Family family,
                              std::string_view key,
                              std::string_view value,
                              std::string& buffer,
                              bool compressed = true);

/// The other way round: a part of `stored` or the contents of `buffer`. kCorrupt "storage_corrupt"
/// for what encode_value() does not make of any value under that key.
Result<std::string_view> decode_value(Family family,
                                      std::string_view key,
                                      std::string_view stored,
                                      std::string& buffer);

}  // namespace muster
