/// Comparing all users that a schema governs with another version of it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schemas/compiled_schema.h"
#include "engine/users/fit.h"
#include "projections/catalog.h"
#include "projections/directory.h"
#include "projections/users.h"

namespace muster {

/// One user that the schema governs.
struct TriedUser {
  const PoolState& pool;
  std::string_view id;
  std::string_view row;

  /// What does not fit, in order of kGoverned; empty: all fits. The failure lists every place.
  struct Misfit {
    const Governed* kind = nullptr;
    Failure failure;
  };

  std::vector<Misfit> misfits;
};

/// Reads on a thread of its own. No snapshot is held for longer than one chunk of users.
class SchemaTrial {
 public:
  SchemaTrial(const Published& published, const Directory& lists, const Users& users)
      : published_{published}, lists_{lists}, users_{users} {}

  /// How many users are read at one snapshot: some 100 ms.
  static constexpr std::size_t kChunkUsers = 10'000;

  struct Listener {
    /// Of every user that has the schema.
    std::function<void(const TriedUser&)> tried;
    /// After every chunk: how many users of any schema were looked at. False ends the trial.
    std::function<bool(std::uint64_t examined)> go_on;
  };

  /// How many users all pools have together: what a trial looks at.
  [[nodiscard]] Result<std::uint64_t> total(LogId log) const;

  /// False when the listener ended it.
  Result<bool> run(LogId log,
                   std::string_view schema_id,
                   const CompiledSchema& schema,
                   const Listener& listener) const;

 private:
  [[nodiscard]] Result<std::vector<PoolState>> pools_after(LogId log,
                                                           const std::string& after) const;

  const Published& published_;
  const Directory& lists_;
  const Users& users_;
};

}  // namespace muster
