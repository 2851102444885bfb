/// Frontier: as much of a Merkle tree as appending to it and naming its root needs.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/result.h"

namespace muster {

/// The hash of the complete subtree over leaves [index << level, (index + 1) << level).
struct TreeNode {
  std::uint32_t level = 0;
  std::uint64_t index = 0;
  Digest hash{};

  bool operator==(const TreeNode&) const = default;
};

/// The roots of the complete subtrees from left to right, one per 1 bit of the size. A plain
/// value; no thread safety of its own.
class Frontier {
 public:
  /// `leaf` is a leaf_hash(). Amortised one node_hash().
  void append(const Digest& leaf) { append(leaf, nullptr); }

  /// As above; also adds to `completed` the nodes at levels 8, 16, 24, ... that this leaf
  /// completed: those are what TreeNodes must be able to give back, and the upper tiles of C2SP
  /// tlog-tiles.
  void append(const Digest& leaf, std::vector<TreeNode>& completed) { append(leaf, &completed); }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  [[nodiscard]] Digest root() const;

  /// size:be64, then the peaks from left to right, 32 bytes each.
  [[nodiscard]] std::string serialise() const;
  /// kCorrupt "frontier_damaged" unless the number of peaks fits the size.
  static Result<Frontier> parse(std::string_view bytes);

  bool operator==(const Frontier& other) const;

 private:
  void append(const Digest& leaf, std::vector<TreeNode>* completed);

  [[nodiscard]] std::size_t peak_count() const {
    return static_cast<std::size_t>(std::popcount(size_));
  }

  std::uint64_t size_ = 0;
  std::array<Digest, 64> peaks_{};
};

}  // namespace muster
