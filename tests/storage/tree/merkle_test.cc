#include "storage/tree/merkle.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "storage/tree/frontier.h"
#include "storage/tree/proofs.h"

namespace muster {

namespace {

using Entries = std::vector<std::string>;

/// MTH of RFC 6962 section 2.1, as it is written there: slow and plain.
Digest definition(const Entries& entries, std::size_t first, std::size_t last) {
  const std::size_t n = last - first;
  if (n == 0) return empty_tree_root();
  if (n == 1) return leaf_hash(entries[first]);
  std::size_t k = 1;
  while (2 * k < n)
    k *= 2;
  return node_hash(definition(entries, first, first + k), definition(entries, first + k, last));
}

/// PATH of RFC 6962 section 2.1.1.
Proof defined_path(const Entries& entries, std::size_t m, std::size_t first, std::size_t last) {
  const std::size_t n = last - first;
  if (n == 1) return {};
  std::size_t k = 1;
  while (2 * k < n)
    k *= 2;
  const bool left = m < k;
  Proof path = left ? defined_path(entries, m, first, first + k)
                    : defined_path(entries, m - k, first + k, last);
  path.push_back(left ? definition(entries, first + k, last)
                      : definition(entries, first, first + k));
  return path;
}

/// SUBPROOF of RFC 6962 section 2.1.2.
Proof defined_consistency(const Entries& entries,
                          std::size_t m,
                          std::size_t first,
                          std::size_t last,
                          bool whole) {
  const std::size_t n = last - first;
  if (m == n) return whole ? Proof{} : Proof{definition(entries, first, last)};
  std::size_t k = 1;
  while (2 * k < n)
    k *= 2;
  const bool left = m <= k;
  Proof proof = left ? defined_consistency(entries, m, first, first + k, whole)
                     : defined_consistency(entries, m - k, first + k, last, false);
  proof.push_back(left ? definition(entries, first + k, last)
                       : definition(entries, first, first + k));
  return proof;
}

Entries some_entries(std::size_t count) {
  Entries entries;
  for (std::size_t i = 0; i < count; ++i)
    entries.push_back("entry " + std::to_string(i));
  return entries;
}

/// A stored tree: what the frontier handed out, and nothing else.
class StoredTree final : public TreeNodes {
 public:
  explicit StoredTree(const Entries& entries) {
    std::vector<TreeNode> completed;
    for (const std::string& entry : entries) {
      const Digest leaf = leaf_hash(entry);
      frontier_.append(leaf, completed);
      rows_[0].push_back(leaf);
    }
    for (const TreeNode& node : completed) {
      REQUIRE(node.index == rows_[node.level].size());
      rows_[node.level].push_back(node.hash);
    }
  }

  Result<std::string> hashes(std::uint32_t level,
                             std::uint64_t first,
                             std::uint64_t count) override {
    if (level % 8 != 0 || count > 128) return failure(Errc::kInvalid, "not_stored");
    const std::vector<Digest>& row = rows_[level];
    if (first + count > row.size()) return failure(Errc::kNotFound, "not_there");
    std::string bytes;
    for (std::uint64_t i = first; i < first + count; ++i)
      bytes.append(as_view(row[i]));
    return bytes;
  }

  void cut_off(std::size_t leaves) { rows_[0].resize(leaves); }

  [[nodiscard]] const Frontier& frontier() const { return frontier_; }

 private:
  Frontier frontier_;
  std::map<std::uint32_t, std::vector<Digest>> rows_;
};

std::string hex(const Digest& digest) {
  return to_hex(as_view(digest));
}

std::string outcome(const Result<Proof>& proof) {
  return proof.has_value() ? "ok" : proof.error().rule;
}

}  // namespace

// The eight entries with which implementations of Certificate Transparency are tested; roots
// confirmed with Python's hashlib.
TEST_CASE("roots are those of the Certificate Transparency test tree", "[tree]") {
  using namespace std::string_literals;
  const Entries entries = {""s,
                           "\x00"s,
                           "\x10"s,
                           "\x20\x21"s,
                           "\x30\x31"s,
                           "\x40\x41\x42\x43"s,
                           "\x50\x51\x52\x53\x54\x55\x56\x57"s,
                           "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"s};
  const std::vector<std::string> roots = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  CHECK(hex(frontier.root()) == roots[0]);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    frontier.append(leaf_hash(entries[i]));
    CHECK(hex(frontier.root()) == roots[i + 1]);
  }
}

TEST_CASE("the cover of a range appends it to the tree before", "[tree]") {
  for (std::size_t size = 0; size <= 300; ++size) {
    const Entries entries = some_entries(size);
    StoredTree nodes{entries};
    for (std::size_t begin = 0; begin <= size; begin += size < 80 ? 1 : 13) {
      const auto cover = range_cover(nodes, begin, size);
      REQUIRE(cover.has_value());
      std::size_t at = begin;
      for (const Digest& hash : *cover) {
        std::size_t width = 1;
        while (at % (2 * width) == 0 && at + 2 * width <= size)
          width *= 2;
        REQUIRE(hash == definition(entries, at, at + width));
        at += width;
      }
      REQUIRE(at == size);
    }
  }
}

TEST_CASE("the frontier names the root that RFC 6962 defines, at every size", "[tree]") {
  const Entries entries = some_entries(300);
  Frontier frontier;
  for (std::size_t size = 0; size <= entries.size(); ++size) {
    CAPTURE(size);
    REQUIRE(frontier.size() == size);
    REQUIRE(frontier.root() == definition(entries, 0, size));
    const auto copy = Frontier::parse(frontier.serialise());
    REQUIRE(copy.has_value());
    REQUIRE(*copy == frontier);
    REQUIRE(copy->root() == frontier.root());
    if (size < entries.size()) frontier.append(leaf_hash(entries[size]));
  }
}

TEST_CASE("a frontier of another length than its size is damaged", "[tree]") {
  Frontier frontier;
  for (int i = 0; i < 7; ++i)
    frontier.append(leaf_hash("x"));
  const std::string bytes = frontier.serialise();
  CHECK(bytes.size() == 8 + 3 * 32);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    REQUIRE(!Frontier::parse(std::string_view{bytes}.substr(0, length)).has_value());
  }
  CHECK(!Frontier::parse(bytes + "x").has_value());
  CHECK(Frontier::parse(std::string(8, '\0')).has_value());
}

TEST_CASE("the frontier hands out the nodes of upper tiles as they are completed", "[tree]") {
  Frontier frontier;
  std::vector<TreeNode> completed;
  Digest first_tile{};
  for (std::uint64_t i = 0; i < 65'536; ++i) {
    frontier.append(leaf_hash("x"), completed);
    if (i == 255) first_tile = frontier.root();
    REQUIRE(completed.size() == (i + 1) / 256 + (i == 65'535 ? 1 : 0));
  }
  CHECK(completed.front() == TreeNode{8, 0, first_tile});
  CHECK(completed[255].level == 8);
  CHECK(completed[255].index == 255);
  CHECK(completed.back() == TreeNode{16, 0, frontier.root()});
}

TEST_CASE("inclusion proofs are those of RFC 6962 and hold, at every size", "[tree]") {
  const Entries entries = some_entries(300);
  StoredTree tree{entries};
  for (std::size_t size = 1; size <= entries.size(); size += size < 40 ? 1 : 13) {
    const Digest root = *tree_root(tree, size);
    REQUIRE(root == definition(entries, 0, size));
    for (std::size_t index = 0; index < size; ++index) {
      CAPTURE(size, index);
      const auto proof = inclusion_proof(tree, index, size);
      REQUIRE(proof.has_value());
      REQUIRE(*proof == defined_path(entries, index, 0, size));
      REQUIRE(verify_inclusion({leaf_hash(entries[index]), index, size, root}, *proof));
    }
    CHECK(outcome(inclusion_proof(tree, size, size)) == "no_such_leaf");
  }
}

TEST_CASE("consistency proofs are those of RFC 6962 and hold, at every pair of sizes", "[tree]") {
  const Entries entries = some_entries(300);
  StoredTree tree{entries};
  std::vector<Digest> roots;
  for (std::size_t size = 0; size <= entries.size(); ++size)
    roots.push_back(*tree_root(tree, size));
  for (std::size_t now = 0; now <= entries.size(); now += now < 40 ? 1 : 13) {
    for (std::size_t before = 0; before <= now; ++before) {
      CAPTURE(before, now);
      const auto proof = consistency_proof(tree, before, now);
      REQUIRE(proof.has_value());
      if (before > 0) REQUIRE(*proof == defined_consistency(entries, before, 0, now, true));
      REQUIRE(verify_consistency({before, roots[before]}, {now, roots[now]}, *proof));
    }
    CHECK(outcome(consistency_proof(tree, now + 1, now)) == "no_such_tree");
  }
}

TEST_CASE("proofs over a tree with several upper tiles hold", "[tree]") {
  const Entries entries = some_entries(70'000);
  StoredTree tree{entries};
  REQUIRE(*tree_root(tree, entries.size()) == tree.frontier().root());
  const Digest root = tree.frontier().root();
  for (const std::uint64_t index : {0u, 255u, 256u, 65'535u, 65'536u, 69'999u}) {
    CAPTURE(index);
    const auto proof = inclusion_proof(tree, index, entries.size());
    REQUIRE(proof.has_value());
    CHECK(verify_inclusion({leaf_hash(entries[index]), index, entries.size(), root}, *proof));
  }
  for (const std::uint64_t before : {1u, 256u, 511u, 65'535u, 65'536u, 65'537u, 69'999u}) {
    CAPTURE(before);
    const auto proof = consistency_proof(tree, before, entries.size());
    REQUIRE(proof.has_value());
    CHECK(verify_consistency({before, *tree_root(tree, before)}, {entries.size(), root}, *proof));
  }
}

TEST_CASE("no claim but the true one is proven by an inclusion proof", "[tree]") {
  const Entries entries = some_entries(40);
  StoredTree tree{entries};
  for (std::size_t size = 1; size <= entries.size(); ++size) {
    const Digest root = *tree_root(tree, size);
    for (std::size_t index = 0; index < size; ++index) {
      CAPTURE(size, index);
      const InclusionClaim claim{leaf_hash(entries[index]), index, size, root};
      const Proof proof = *inclusion_proof(tree, index, size);
      for (std::size_t other = 0; other < size + 2; ++other) {
        if (other == index) continue;
        InclusionClaim moved = claim;
        moved.index = other;
        REQUIRE(!verify_inclusion(moved, proof));
      }
      InclusionClaim forged = claim;
      forged.leaf = leaf_hash("forged");
      REQUIRE(!verify_inclusion(forged, proof));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        Proof changed = proof;
        changed[i][31] ^= 1;
        REQUIRE(!verify_inclusion(claim, changed));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        REQUIRE(!verify_inclusion(claim, changed));
      }
      Proof longer = proof;
      longer.push_back(root);
      REQUIRE(!verify_inclusion(claim, longer));
    }
  }
}

TEST_CASE("no rewritten history is proven by a consistency proof", "[tree]") {
  const Entries entries = some_entries(40);
  StoredTree tree{entries};
  for (std::size_t now = 1; now <= entries.size(); ++now) {
    for (std::size_t before = 1; before <= now; ++before) {
      CAPTURE(before, now);
      const TreeRoot old_root{before, *tree_root(tree, before)};
      const TreeRoot new_root{now, *tree_root(tree, now)};
      const Proof proof = *consistency_proof(tree, before, now);
      REQUIRE(!verify_consistency({before, leaf_hash("forged")}, new_root, proof));
      REQUIRE(!verify_consistency(old_root, {now, leaf_hash("forged")}, proof));
      for (std::size_t i = 0; i < proof.size(); ++i) {
        Proof changed = proof;
        changed[i][0] ^= 1;
        REQUIRE(!verify_consistency(old_root, new_root, changed));
        changed = proof;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        REQUIRE(!verify_consistency(old_root, new_root, changed));
      }
      Proof longer = proof;
      longer.push_back(new_root.root);
      REQUIRE(!verify_consistency(old_root, new_root, longer));
      if (before < now) REQUIRE(!verify_consistency(new_root, old_root, proof));
    }
  }
  CHECK(!verify_consistency({0, leaf_hash("x")}, {1, leaf_hash("y")}, {}));
}

TEST_CASE("a stored tree with missing hashes gives no proof", "[tree]") {
  StoredTree tree{some_entries(40)};
  tree.cut_off(33);
  CHECK(outcome(inclusion_proof(tree, 3, 40)) == "not_there");
  CHECK(outcome(inclusion_proof(tree, 3, 33)) == "ok");
}

}  // namespace muster
