#include "storage/log/kv_tree_nodes.h"

#include <algorithm>

#include "storage/log/group_record.h"

namespace muster {
namespace {

constexpr std::size_t kHashBytes = sizeof(Digest);

Failure missing() {
  return failure(Errc::kCorrupt, "tree_incomplete", "hashes of the Merkle tree are missing");
}

}  // namespace

Result<std::string> KvTreeNodes::leaves(std::uint64_t first, std::uint64_t count) {
  std::string out;
  const std::string low = leaves_key(log_, Position{0});
  const auto walk = kv_.iterate(
      Family::kTree, KvRange::of_prefix(std::string_view{low}.substr(0, 5)), snapshot_.get());
  // The group that holds `first` may begin before it.
  walk->seek_for_prev(leaves_key(log_, Position{first}));
  for (; walk->valid() && out.size() < count * kHashBytes; walk->next()) {
    const std::uint64_t begin = ByteReader{walk->key().substr(5)}.big_endian_64();
    const std::string_view hashes = walk->value();
    const std::uint64_t next = first + out.size() / kHashBytes;
    const std::uint64_t end = begin + hashes.size() / kHashBytes;
    if (begin > next || end <= next) {
      return missing();
    }
    const std::uint64_t wanted = std::min(end, first + count) - next;
    out.append(hashes.substr((next - begin) * kHashBytes, wanted * kHashBytes));
  }
  MUSTER_CHECKED(walk->status());
  if (out.size() != count * kHashBytes) {
    return missing();
  }
  return out;
}

Result<std::string> KvTreeNodes::hashes(std::uint32_t level,
                                        std::uint64_t first,
                                        std::uint64_t count) {
  if (level == 0) {
    return leaves(first, count);
  }
  std::string out;
  for (std::uint64_t index = first; index < first + count; ++index) {
    std::string hash;
    MUSTER_TRY(const bool found,
               kv_.get(Family::kTree, node_key(log_, level, index), hash, snapshot_.get()));
    if (!found || hash.size() != kHashBytes) {
      return missing();
    }
    out.append(hash);
  }
  return out;
}

}  // namespace muster
