/// PoolFoldings: makes pools that have users ignore case, one after the other, in the background.
///
/// First it looks for users that could not both be there then; with such users it refuses and names
/// them. Only then does it write, in steps (engine/users/folding.h). What is written says how far a
/// pool has come, so a restart goes on with it; what was only being checked is forgotten.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "api/server/background_thread.h"
#include "api/server/folding_check.h"
#include "engine/sequencer/command.h"
#include "engine/users/folding.h"
#include "projections/catalog.h"
#include "projections/directory.h"

namespace muster {

/// How far a pool has come.
struct FoldingReport {
  std::string pool_id;
  std::string_view state;  // off, checking, building, built, refused, cancelling
  std::uint64_t done = 0;  // users looked at, or that have folded forms to themselves
  std::uint64_t total = 0;
  FoldingCollisions collisions;
  std::string problem;  // why it ended, or rests before it tries again
};

/// Any thread.
class PoolFoldings {
 public:
  struct Ports {
    const Kv& kv;
    const Published& published;
    const Directory& lists;
    const Catalog& catalog;
    const Users& users;
    CommandSink& commands;
  };

  /// Pools that wait for the one that is checked, and how many are remembered.
  static constexpr std::size_t kWaitingMax = 16;
  static constexpr std::size_t kKeptMax = 64;

  PoolFoldings(const Ports& ports, Entropy& entropy);
  PoolFoldings(const PoolFoldings&) = delete;
  PoolFoldings& operator=(const PoolFoldings&) = delete;

  /// Nothing happens for a pool that has begun. kConflict "pool_ignores_case",
  /// "folding_cancelled"; kTooMany "server_busy" when too many wait.
  Result<void> start(LogId log, const PoolState& pool);
  /// False when the pool is not being checked: then its state says what there is to cancel.
  bool cancel_check(LogId log, const PoolState& pool);
  [[nodiscard]] Result<FoldingReport> report(const PoolAt& at) const;

 private:
  /// What a pool is in beside the stage that its state tells.
  enum class Stage : std::uint8_t { kWaiting, kChecking, kStarting, kRefused, kOver };

  /// What is known of a pool beside its state; under mutex_.
  struct Entry {
    FoldingPool pool;
    Stage stage = Stage::kOver;
    std::uint64_t examined = 0;
    FoldingCollisions collisions;
    std::string problem;
    bool cancelled = false;
  };

  using EntryPtr = std::shared_ptr<Entry>;

  void work();
  [[nodiscard]] EntryPtr find(LogId log, StreamId stream) const;
  EntryPtr find_or_add(const FoldingPool& pool);
  [[nodiscard]] EntryPtr next_waiting() const;
  void note(const FoldingPool& pool, std::string problem);
  void show_collisions(const FoldingPool& pool, FoldingCollisions collisions);

  void check(const EntryPtr& entry);
  Result<void> check_and_start(const EntryPtr& entry);
  Result<void> go_on_with_all(const ReadPoint& point);
  Result<void> go_on(const FoldingPool& pool);
  /// Steps for all users for whom `keys_folded` is not yet `folded`.
  Result<void> change_users(const FoldingPool& pool, bool folded);
  /// The folded form of a user was taken: names the users and cancels. Nothing when they are gone.
  Result<void> give_up(const FoldingPool& pool);
  [[nodiscard]] Result<std::shared_ptr<const PoolState>> find_pool(const FoldingPool& pool) const;
  /// Tries again while the queue is full or the disk is.
  Result<void> submit(LogId log, const Result<Decide>& decide);

  Ports ports_;
  FoldingCheck check_;
  mutable std::mutex mutex_;
  std::list<EntryPtr> entries_;  // oldest first
  BackgroundThread thread_;      // last: it uses the others
};

}  // namespace muster
