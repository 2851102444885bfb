#include "storage/kv.h"

#include <utility>

namespace muster {

KvRange KvRange::of_prefix(std::string_view prefix) {
  std::string to{prefix};
  // The smallest key above all with the prefix: the last byte that can grow, grown by one.
  while (!to.empty() && static_cast<unsigned char>(to.back()) == 0xFF) {
    to.pop_back();
  }
  if (!to.empty()) {
    to.back() = static_cast<char>(static_cast<unsigned char>(to.back()) + 1);
  }
  return {std::string{prefix}, std::move(to)};
}

Result<void> Kv::checkpoint(const std::filesystem::path& /*directory*/) const {
  return failure(Errc::kUnavailable, "no_checkpoints", "this store has no files to copy");
}

Result<void> KvReads::scan(Family family,
                           KvRange range,
                           const Visitor& visit,
                           const KvSnapshot* snapshot) const {
  const auto rows = iterate(family, std::move(range), snapshot);
  for (rows->seek_to_first(); rows->valid(); rows->next()) {
    if (!visit(rows->key(), rows->value())) {
      return {};
    }
  }
  return rows->status();
}

}  // namespace muster
