/// The hashes of RFC 6962 section 2.1, and the verifiers of RFC 9162 sections 2.1.3 and 2.1.4.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"

namespace muster {

/// From the leaf (or the old tree) upwards, in the order of RFC 6962.
using Proof = std::vector<Digest>;

/// SHA-256 of 0x00 and the entry.
Digest leaf_hash(std::string_view entry);
/// SHA-256 of 0x01 and both children.
Digest node_hash(const Digest& left, const Digest& right);
/// The root of a tree without leaves: SHA-256 of nothing.
Digest empty_tree_root();

/// Which leaf is claimed to lie where in which tree.
struct InclusionClaim {
  Digest leaf{};  // leaf_hash() of the entry
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  Digest root{};
};

struct TreeRoot {
  std::uint64_t size = 0;
  Digest root{};
};

bool verify_inclusion(const InclusionClaim& claim, std::span<const Digest> proof);
/// That `now` is `before` with leaves appended. The empty tree is before every tree, with an empty
/// proof.
bool verify_consistency(const TreeRoot& before, const TreeRoot& now, std::span<const Digest> proof);

}  // namespace muster
