#include "storage/tree/frontier.h"

#include <algorithm>
#include <cstring>

#include "engine/core/check.h"
#include "storage/tree/merkle.h"

namespace muster {

void Frontier::append(const Digest& leaf, std::vector<TreeNode>* completed) {
  check(size_ != ~std::uint64_t{0}, "the tree is full");
  // Adding one to the size: each trailing 1 bit is a complete subtree that merges into the new one.
  Digest hash = leaf;
  std::size_t peaks = peak_count();
  std::uint32_t level = 0;
  for (std::uint64_t rest = size_; (rest & 1) == 1; rest >>= 1) {
    hash = node_hash(peaks_[--peaks], hash);
    ++level;
    if (completed != nullptr && level % 8 == 0) {
      completed->push_back({level, size_ >> level, hash});
    }
  }
  peaks_[peaks] = hash;
  ++size_;
}

Digest Frontier::root() const {
  std::size_t peaks = peak_count();
  if (peaks == 0) return empty_tree_root();
  Digest hash = peaks_[--peaks];
  while (peaks > 0) {
    hash = node_hash(peaks_[--peaks], hash);
  }
  return hash;
}

std::string Frontier::serialise() const {
  std::string out;
  out.reserve(8 + peak_count() * sizeof(Digest));
  put_big_endian_64(out, size_);
  for (std::size_t i = 0; i < peak_count(); ++i) {
    out.append(as_view(peaks_[i]));
  }
  return out;
}

Result<Frontier> Frontier::parse(std::string_view bytes) {
  ByteReader reader{bytes};
  Frontier frontier;
  frontier.size_ = reader.big_endian_64();
  if (!reader.ok() || reader.rest().size() != frontier.peak_count() * sizeof(Digest)) {
    return failure(Errc::kCorrupt,
                   "frontier_damaged",
                   "The Merkle frontier has another length than its size asks for.");
  }
  for (std::size_t i = 0; i < frontier.peak_count(); ++i) {
    std::memcpy(frontier.peaks_[i].data(), reader.take(sizeof(Digest)).data(), sizeof(Digest));
  }
  return frontier;
}

bool Frontier::operator==(const Frontier& other) const {
  const auto end = peaks_.begin() + static_cast<std::ptrdiff_t>(peak_count());
  return size_ == other.size_ && std::equal(peaks_.begin(), end, other.peaks_.begin());
}

}  // namespace muster
