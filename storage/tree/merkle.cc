#include "storage/tree/merkle.h"

#include "storage/seal/digest.h"

namespace muster {

namespace {

constexpr std::string_view kLeafPrefix{"\x00", 1};
constexpr std::string_view kNodePrefix{"\x01", 1};

enum class Side : std::uint8_t { kLeft, kRight };

/// The way from a node to the root. `last` is the last node of the level; 0 at the root.
struct Climb {
  std::uint64_t node = 0;
  std::uint64_t last = 0;

  void up() {
    node >>= 1;
    last >>= 1;
  }

  /// Climbs above the next sibling and says on which side it stood. The last node of a level may
  /// have none; it climbs alone until one stands on its left.
  Side past_sibling() {
    const bool left = (node & 1) == 1 || node == last;
    while (left && (node & 1) == 0 && node != 0)
      up();
    up();
    return left ? Side::kLeft : Side::kRight;
  }
};

struct BothRoots {
  const Digest& before;
  const Digest& now;
};

/// RFC 9162 section 2.1.4.2: siblings on the left belong to both trees, those on the right to the
/// new one only.
bool leads_to_both(Climb climb,
                   const Digest& start,
                   std::span<const Digest> siblings,
                   const BothRoots& roots) {
  Digest old_hash = start;
  Digest new_hash = start;
  for (const Digest& sibling : siblings) {
    if (climb.last == 0) return false;
    if (climb.past_sibling() == Side::kLeft) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
  }
  return climb.last == 0 && old_hash == roots.before && new_hash == roots.now;
}

}  // namespace

Digest leaf_hash(std::string_view entry) {
  return Sha256{}.add(kLeafPrefix).add(entry).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  return Sha256{}.add(kNodePrefix).add(as_view(left)).add(as_view(right)).finish();
}

Digest empty_tree_root() {
  return sha256({});
}

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(const InclusionClaim& claim, std::span<const Digest> proof) {
  if (claim.index >= claim.size) return false;
  Climb climb{claim.index, claim.size - 1};
  Digest hash = claim.leaf;
  for (const Digest& sibling : proof) {
    if (climb.last == 0) return false;
    hash =
        climb.past_sibling() == Side::kLeft ? node_hash(sibling, hash) : node_hash(hash, sibling);
  }
  return climb.last == 0 && hash == claim.root;
}

bool verify_consistency(const TreeRoot& before,
                        const TreeRoot& now,
                        std::span<const Digest> proof) {
  if (before.size > now.size) return false;
  if (before.size == now.size) return proof.empty() && before.root == now.root;
  if (before.size == 0) return proof.empty() && before.root == empty_tree_root();
  // From the last leaf of the old tree up to the largest complete subtree that it ends. When that
  // is the whole old tree, its root is not part of the proof.
  Climb climb{before.size - 1, now.size - 1};
  while ((climb.node & 1) == 1) {
    climb.up();
  }
  if (climb.node == 0) return leads_to_both(climb, before.root, proof, {before.root, now.root});
  if (proof.empty()) return false;
  return leads_to_both(climb, proof.front(), proof.subspan(1), {before.root, now.root});
}

}  // namespace muster
