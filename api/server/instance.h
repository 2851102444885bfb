/// Instance: a data directory with everything that serves it, except the network. The server, the
/// importers on a stopped directory and the tests run the same one.
#pragma once

#include <functional>
#include <memory>

#include "api/auth/tokens.h"
#include "api/server/answer_budget.h"
#include "api/server/backup_service.h"
#include "api/server/compiled_schemas.h"
#include "api/server/erasures.h"
#include "api/server/fit_checker.h"
#include "api/server/housekeeper.h"
#include "api/server/log_followers.h"
#include "api/server/pool_foldings.h"
#include "api/server/position_waits.h"
#include "api/server/read_recorder.h"
#include "api/server/schema_plans.h"
#include "api/server/scrub_service.h"
#include "api/server/services.h"
#include "api/server/work_pool.h"
#include "api/transparency/tree_heads.h"
#include "engine/sequencer/sequencer.h"
#include "projections/directory_views.h"
#include "projections/document_cache.h"
#include "storage/directory/data_directory.h"
#include "storage/time_floor.h"

namespace muster {

struct InstanceOptions {
  DataDirectoryOptions directory;
  ServiceSettings settings;
  std::size_t hashing_threads = 2;
  std::size_t hashing_waiting_max = 64;  // at 50 ms a hash on two threads: a second and a half
  std::size_t scanning_threads = 2;
  std::size_t scanning_waiting_max = 1024;  // a page takes 50 us, the slowest filter 50 ms
  std::size_t keyless_waiting_max = 4096;   // as many as commands may wait
  BackupSettings backup = {};
  ScrubSettings scrub = {};
  std::size_t document_cache_bytes = std::size_t{64} * 1024 * 1024;
  /// Called after each step of erasures; a test kills itself there.
  Erasures::OnStep on_erasure_step;
  /// A write or sync failed: the process must end.
  std::function<void(const Failure&)> on_fatal;
};

class Instance {
 public:
  /// `clock` and `entropy` must outlive it. The directory is open and commands are taken on return.
  static Result<std::unique_ptr<Instance>> open(InstanceOptions options,
                                                Clock& clock,
                                                Entropy& entropy);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  [[nodiscard]] const Services& services() const { return *services_; }

  /// Before the services are used; null before `deliveries` ends.
  void set_deliveries(Deliveries* deliveries) { services_->deliveries = deliveries; }

  [[nodiscard]] DataDirectory& directory() { return *directory_; }

  [[nodiscard]] Sequencer& sequencer() { return *sequencer_; }

  [[nodiscard]] Published& published() { return *published_; }

  [[nodiscard]] BackupService& backups() { return *backups_; }

  [[nodiscard]] const ScrubService& scrub() const { return *scrub_; }

  [[nodiscard]] LogFollowers& followers() { return *followers_; }

  /// The newest event is more than kClockBehindMicrosMax ahead of the wall clock.
  [[nodiscard]] bool clock_is_behind() const;

  /// Finishes what waits, signs the last tree heads and closes the store, so that the next start
  /// finds nothing to recover.
  Result<void> close();

 private:
  Instance() = default;
  Result<void> start_reading(const InstanceOptions& options, Clock& clock, Entropy& entropy);
  Result<void> start_writing(const InstanceOptions& options, Clock& clock);
  void make_services(const InstanceOptions& options, Clock& clock, Entropy& entropy);
  void start_upkeep(const InstanceOptions& options, Clock& clock, Entropy& entropy);
  void stop_threads();

  // In the order of their dependencies: what is below uses what is above.
  Clock* clock_ = nullptr;
  std::unique_ptr<DataDirectory> directory_;
  DirectoryViews views_;
  std::unique_ptr<DocumentCache> documents_;
  std::unique_ptr<Published> published_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Groups> groups_;
  std::unique_ptr<Directory> lists_;
  std::unique_ptr<Configuration> configuration_;
  std::unique_ptr<CompiledSchemas> schemas_;
  std::unique_ptr<SchemaTrial> trial_;
  std::unique_ptr<SchemaPlans> plans_;
  std::unique_ptr<Tokens> tokens_;
  std::unique_ptr<RateLimits> limits_;
  std::unique_ptr<PositionWaits> positions_;
  std::unique_ptr<TreeHeads> tree_heads_;
  std::unique_ptr<WorkPool> hashing_;
  std::unique_ptr<WorkPool> scanning_;
  std::unique_ptr<WorkPool> keyless_;
  AnswerBudget answers_;
  std::unique_ptr<TimeFloor> time_floor_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<PoolFoldings> foldings_;
  std::unique_ptr<ReadRecorder> read_recorder_;
  std::unique_ptr<Erasures> erasures_;
  std::unique_ptr<LogFollowers> followers_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Housekeeper> housekeeper_;
  std::unique_ptr<FitChecker> fit_checker_;
  std::unique_ptr<BackupService> backups_;
  std::unique_ptr<ScrubService> scrub_;
};

}  // namespace muster
