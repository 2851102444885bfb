// Writes heads and proofs of synthetic trees for the verifier in Python, which shares no code with
// us: one JSON object a line. Entry i of the honest tree is "entry <i>"; with an argument entry
// number <argument> is another, which makes a fork of that tree.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "engine/core/json_writer.h"
#include "storage/seal/checkpoint.h"
#include "storage/tree/frontier.h"
#include "storage/tree/proofs.h"

namespace muster::test {
namespace {

constexpr std::uint64_t kEverySizeTo = 1025;
constexpr std::uint64_t kEveryIndexTo = 33;
constexpr unsigned kPowerMax = 16;

/// The levels that a store keeps.
class GrownTree final : public TreeNodes {
 public:
  GrownTree(std::uint64_t size, std::uint64_t forked_at) {
    Frontier frontier;
    std::vector<TreeNode> completed;
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::string entry = (i == forked_at ? "forged " : "entry ") + std::to_string(i);
      const Digest leaf = leaf_hash(entry);
      levels_[0].append(as_view(leaf));
      frontier.append(leaf, completed);
    }
    for (const TreeNode& node : completed) {
      levels_.at(node.level / 8).append(as_view(node.hash));
    }
  }

  Result<std::string> hashes(std::uint32_t level,
                             std::uint64_t first,
                             std::uint64_t count) override {
    return levels_.at(level / 8).substr(first * sizeof(Digest), count * sizeof(Digest));
  }

 private:
  std::array<std::string, 8> levels_;
};

template <class T>
T must(Result<T> result) {
  check(result.has_value(), "a tree in memory gives every proof");
  return *std::move(result);
}

std::vector<std::uint64_t> sizes() {
  std::set<std::uint64_t> all;
  for (std::uint64_t size = 0; size <= kEverySizeTo; ++size) {
    all.insert(size);
  }
  for (unsigned power = 0; power <= kPowerMax; ++power) {
    const std::uint64_t middle = std::uint64_t{1} << power;
    all.insert({middle - 1, middle, middle + 1});
  }
  return {all.begin(), all.end()};
}

/// Every number below `end` when they are few, else those where something may go wrong.
std::set<std::uint64_t> chosen(std::uint64_t end) {
  std::set<std::uint64_t> numbers;
  if (end <= kEveryIndexTo) {
    for (std::uint64_t number = 0; number < end; ++number) {
      numbers.insert(number);
    }
    return numbers;
  }
  const std::uint64_t power = std::bit_floor(end - 1);
  return {0, end * 7 % 31, power - 1, power, end / 3, end - 1};
}

void write_line(std::string& line) {
  line.push_back('\n');
  std::fwrite(line.data(), 1, line.size(), stdout);
}

void write_proof(std::string_view kind, std::uint64_t at, std::uint64_t size, const Proof& proof) {
  std::string line;
  JsonWriter json{line};
  json.begin_object();
  json.member("kind", kind);
  json.member("at", at);
  json.member("size", size);
  json.key("hashes");
  json.begin_array();
  for (const Digest& hash : proof) {
    json.string(to_base64(as_view(hash)));
  }
  json.end_array();
  json.end_object();
  write_line(line);
}

void write_head(const HeadKey& key, std::uint64_t size, const Digest& root) {
  std::string line;
  JsonWriter json{line};
  json.begin_object();
  json.member("kind", "head");
  json.member("size", size);
  json.member("checkpoint", sign_checkpoint(key, {key.name(), size, root}));
  json.end_object();
  write_line(line);
}

void write_trees(std::uint64_t forked_at) {
  const auto all = sizes();
  GrownTree tree{all.back(), forked_at};
  SecretKey seed;
  std::ranges::fill(seed.writable(), std::uint8_t{7});
  const HeadKey key = must(HeadKey::from_seed(seed, "trees.example/synthetic"));
  std::string line;
  JsonWriter json{line};
  json.begin_object();
  json.member("kind", "key");
  json.member("verifier", key.verifier());
  json.end_object();
  write_line(line);
  for (const std::uint64_t size : all) {
    write_head(key, size, must(tree_root(tree, size)));
    for (const std::uint64_t index : chosen(size)) {
      write_proof("inclusion", index, size, must(inclusion_proof(tree, index, size)));
    }
    for (const std::uint64_t before : chosen(size + 1)) {
      if (std::ranges::binary_search(all, before)) {
        write_proof("consistency", before, size, must(consistency_proof(tree, before, size)));
      }
    }
  }
}

}  // namespace
}  // namespace muster::test

int main(int argc, char** argv) {
  constexpr std::uint64_t kNowhere = ~std::uint64_t{0};
  muster::test::write_trees(argc > 1 ? std::stoull(argv[1]) : kNowhere);
  return 0;
}
