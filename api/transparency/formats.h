/// Names and bytes of C2SP tlog-tiles and tlog-proof.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/tree/merkle.h"

namespace muster {

/// Hashes of a full tile, entries of a full bundle.
inline constexpr std::uint64_t kTileWidth = 256;
/// Level 7 has hashes of 2^56 leaves; a tile above it would need more leaves than there can be.
inline constexpr std::uint64_t kTileLevelMax = 7;

/// Which tile of a level, or which bundle of entries.
struct TileName {
  std::uint64_t index = 0;
  std::uint64_t width = kTileWidth;  // less: a partial one

  [[nodiscard]] std::uint64_t first() const { return index * kTileWidth; }

  bool operator==(const TileName&) const = default;
};

/// Decimal digits without leading zeros that fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// `x001/x234/067` or `x001/x234/067.p/17`. Every tile has one name: no leading `x000`, and a full
/// one no width.
std::optional<TileName> parse_tile_name(std::string_view text);

/// The longest entry that the length in a bundle can tell.
inline constexpr std::size_t kBundledEntryMax = 0xFFFF;

/// Appends an entry to a bundle: its length as 2 big-endian bytes, then its bytes.
void append_bundled(std::string& bundle, std::string_view entry);

/// A file `*.tlog-proof`: that the leaf `index` is in the tree of `checkpoint`.
std::string write_tlog_proof(std::uint64_t index, const Proof& hashes, std::string_view checkpoint);

}  // namespace muster
