#include "storage/tree/proofs.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace muster {

namespace {

/// Leaves [first, last). Here always a subtree of RFC 6962: `first` is a multiple of the smallest
/// power of two that is at least its length.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  [[nodiscard]] std::uint64_t length() const { return last - first; }

  /// Where RFC 6962 splits: the largest power of two below the length.
  [[nodiscard]] std::uint64_t split() const { return first + std::bit_floor(length() - 1); }
};

/// Of the complete subtree at `level` over the leaves from `index << level` on.
Result<Digest> node(TreeNodes& nodes, std::uint32_t level, std::uint64_t index) {
  const std::uint32_t stored_level = level / 8 * 8;
  const std::uint64_t count = std::uint64_t{1} << (level - stored_level);
  MUSTER_TRY(const std::string bytes, nodes.hashes(stored_level, index * count, count));
  if (bytes.size() != count * sizeof(Digest)) {
    return failure(Errc::kCorrupt, "tree_damaged", "Hashes of the Merkle tree are missing.");
  }
  std::vector<Digest> row(count);
  std::memcpy(row.data(), bytes.data(), bytes.size());
  for (; row.size() > 1; row.resize(row.size() / 2)) {
    for (std::size_t i = 0; i < row.size() / 2; ++i) {
      row[i] = node_hash(row[2 * i], row[2 * i + 1]);
    }
  }
  return row.front();
}

/// Of any subtree: complete ones from left to right, joined from the right.
Result<Digest> hash_of(TreeNodes& nodes, Range range) {
  std::vector<Digest> peaks;
  for (std::uint64_t at = range.first; at < range.last;) {
    const auto level = static_cast<std::uint32_t>(std::bit_width(range.last - at) - 1);
    MUSTER_TRY(const Digest peak, node(nodes, level, at >> level));
    peaks.push_back(peak);
    at += std::uint64_t{1} << level;
  }
  Digest hash = peaks.back();
  for (std::size_t i = peaks.size() - 1; i > 0; --i) {
    hash = node_hash(peaks[i - 1], hash);
  }
  return hash;
}

}  // namespace

Result<Digest> tree_root(TreeNodes& nodes, std::uint64_t size) {
  if (size == 0) return empty_tree_root();
  return hash_of(nodes, {0, size});
}

Result<Proof> inclusion_proof(TreeNodes& nodes, std::uint64_t index, std::uint64_t size) {
  if (index >= size) {
    return failure(Errc::kInvalid, "no_such_leaf", "The tree ends before that position.");
  }
  Proof proof;
  for (Range range{0, size}; range.length() > 1;) {
    const std::uint64_t middle = range.split();
    const Range left{range.first, middle};
    const Range right{middle, range.last};
    const bool descends_left = index < middle;
    MUSTER_TRY(const Digest sibling, hash_of(nodes, descends_left ? right : left));
    proof.push_back(sibling);
    range = descends_left ? left : right;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Proof> consistency_proof(TreeNodes& nodes, std::uint64_t before, std::uint64_t now) {
  if (before > now) {
    return failure(
        Errc::kInvalid, "no_such_tree", "The earlier tree is larger than the later one.");
  }
  if (before == 0 || before == now) return Proof{};
  Proof proof;
  Range range{0, now};
  while (range.last != before) {
    const std::uint64_t middle = range.split();
    const Range left{range.first, middle};
    const Range right{middle, range.last};
    const bool descends_left = before <= middle;
    MUSTER_TRY(const Digest sibling, hash_of(nodes, descends_left ? right : left));
    proof.push_back(sibling);
    range = descends_left ? left : right;
  }
  // Only a subtree that is not the whole earlier tree is new to somebody who knows its root.
  if (range.first != 0) {
    MUSTER_TRY(const Digest old_part, hash_of(nodes, range));
    proof.push_back(old_part);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Proof> range_cover(TreeNodes& nodes, std::uint64_t begin, std::uint64_t end) {
  Proof cover;
  for (std::uint64_t at = begin; at < end;) {
    const int fits = static_cast<int>(std::bit_width(end - at)) - 1;
    const auto level = static_cast<std::uint32_t>(std::min(fits, std::countr_zero(at)));
    MUSTER_TRY(const Digest hash, node(nodes, level, at >> level));
    cover.push_back(hash);
    at += std::uint64_t{1} << level;
  }
  return cover;
}

}  // namespace muster
