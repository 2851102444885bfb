/// TreeNodes over the rows of tree.1, for proofs and for the root of an earlier size.
#pragma once

#include <memory>

#include "engine/core/ids.h"
#include "storage/kv.h"
#include "storage/tree/proofs.h"

namespace muster {

/// Reads at one snapshot, or at the newest state. One thread.
class KvTreeNodes final : public TreeNodes {
 public:
  KvTreeNodes(const Kv& kv, LogId log, std::shared_ptr<const KvSnapshot> snapshot = nullptr)
      : kv_{kv}, log_{log}, snapshot_{std::move(snapshot)} {}

  Result<std::string> hashes(std::uint32_t level,
                             std::uint64_t first,
                             std::uint64_t count) override;

 private:
  Result<std::string> leaves(std::uint64_t first, std::uint64_t count);

  const Kv& kv_;
  LogId log_;
  std::shared_ptr<const KvSnapshot> snapshot_;
};

}  // namespace muster
