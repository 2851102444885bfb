/// CompiledSchemas: identity schemas ready to validate with, compiled once per revision.
#pragma once

#include <mutex>
#include <optional>
#include <unordered_map>

#include "engine/pools/schema_use.h"
#include "projections/catalog.h"

namespace muster {

/// Any thread.
class CompiledSchemas {
 public:
  /// A compiled schema takes some kilobytes; beyond this many all are dropped.
  static constexpr std::size_t kKeptMax = 1024;

  explicit CompiledSchemas(const Catalog& catalog) : catalog_{catalog} {}

  /// The schema of that id at `point`; nothing when there is none or `id` is empty.
  Result<std::optional<SchemaWithRevision>> find(const ReadPoint& point,
                                                 LogId log,
                                                 std::string_view id);

 private:
  struct Kept {
    Revision revision{};
    std::shared_ptr<const CompiledSchema> compiled;
  };

  const Catalog& catalog_;
  std::mutex mutex_;
  std::unordered_map<StreamId, Kept> kept_;
};

}  // namespace muster
