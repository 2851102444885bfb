/// Proofs out of a stored tree: RFC 6962 sections 2.1.1 and 2.1.2.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/bytes.h"
#include "engine/core/result.h"
#include "storage/tree/merkle.h"

namespace muster {

/// Where the hashes of complete subtrees lie. Only levels 0 (leaf hashes), 8, 16, ... are asked
/// for, because only those are stored; whatever lies between is computed from at most 128 of them.
class TreeNodes {
 public:
  TreeNodes() = default;
  TreeNodes(const TreeNodes&) = delete;
  TreeNodes& operator=(const TreeNodes&) = delete;
  virtual ~TreeNodes() = default;

  /// The hashes of nodes [first, first + count) of `level`, 32 bytes each, `count` <= 128. Node i
  /// of a level covers leaves [i << level, (i + 1) << level).
  virtual Result<std::string> hashes(std::uint32_t level,
                                     std::uint64_t first,
                                     std::uint64_t count) = 0;
};

/// The root of the first `size` leaves.
Result<Digest> tree_root(TreeNodes& nodes, std::uint64_t size);

/// For leaf `index` in the tree of the first `size` leaves. kInvalid "no_such_leaf" unless
/// index < size.
Result<Proof> inclusion_proof(TreeNodes& nodes, std::uint64_t index, std::uint64_t size);

/// That the first `now` leaves extend the first `before`. Empty when before is 0 or equal to now;
/// kInvalid "no_such_tree" when it is greater.
Result<Proof> consistency_proof(TreeNodes& nodes, std::uint64_t before, std::uint64_t now);

/// The fewest complete subtrees that cover leaves [begin, end), from left to right. Whoever knows
/// the tree of the first `begin` leaves can append them and gets the tree of the first `end`.
Result<Proof> range_cover(TreeNodes& nodes, std::uint64_t begin, std::uint64_t end);

}  // namespace muster
