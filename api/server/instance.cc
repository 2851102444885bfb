#include "api/server/instance.h"

#include <algorithm>

#include "storage/log/log_reader.h"
#include "storage/seal/digest.h"

namespace muster {
namespace {

constexpr std::string_view kIdempotencyLabel = "muster idempotency v1";

ReadPoint first_point(DataDirectory& directory) {
  ReadPoint point;
  point.snapshot = directory.kv().snapshot();
  point.group = directory.log().newest_group();
  point.epoch = directory.epoch();
  point.epochs = directory.epochs();
  point.states_version = point.group;
  auto sizes = std::make_shared<std::vector<LogSize>>();
  for (const LogId log : directory.log().logs()) {
    sizes->push_back({log, directory.log().head(log).size});
  }
  point.sizes = std::move(sizes);
  return point;
}

}  // namespace

Result<std::unique_ptr<Instance>> Instance::open(InstanceOptions options,
                                                 Clock& clock,
                                                 Entropy& entropy) {
  std::unique_ptr<Instance> instance{new Instance};
  instance->clock_ = &clock;
  MUSTER_TRY(instance->directory_, DataDirectory::open(options.directory, clock, entropy));
  MUSTER_CHECKED(instance->start_reading(options, clock, entropy));
  MUSTER_CHECKED(instance->start_writing(options, clock));
  instance->foldings_ =
      std::make_unique<PoolFoldings>(PoolFoldings::Ports{instance->directory_->kv(),
                                                         *instance->published_,
                                                         *instance->lists_,
                                                         *instance->catalog_,
                                                         *instance->users_,
                                                         *instance->sequencer_},
                                     entropy);
  instance->read_recorder_ = std::make_unique<ReadRecorder>(
      *instance->sequencer_, DomainPorts{instance->directory_->vault(), entropy, clock});
  instance->erasures_ = std::make_unique<Erasures>(
      Erasures::Ports{
          *instance->directory_, *instance->published_, *instance->lists_, *instance->sequencer_},
      std::move(options.on_erasure_step));
  instance->followers_ = std::make_unique<LogFollowers>(
      *instance->published_,
      LogReader{instance->directory_->kv(), instance->directory_->vault()},
      options.settings.feed.consumers_max);
  instance->make_services(options, clock, entropy);
  instance->housekeeper_ = std::make_unique<Housekeeper>(
      *instance->directory_, *instance->published_, *instance->lists_, *instance->sequencer_);
  instance->fit_checker_ = std::make_unique<FitChecker>(*instance->published_,
                                                        *instance->lists_,
                                                        *instance->trial_,
                                                        *instance->schemas_,
                                                        *instance->sequencer_);
  instance->start_upkeep(options, clock, entropy);
  return instance;
}

void Instance::start_upkeep(const InstanceOptions& options, Clock& clock, Entropy& entropy) {
  backups_ =
      std::make_unique<BackupService>(*directory_, *published_, clock, entropy, options.backup);
  scrub_ = std::make_unique<ScrubService>(
      ScrubPorts{*directory_, *published_, *lists_, views_}, clock, options.scrub);
}

Result<void> Instance::start_reading(const InstanceOptions& options,
                                     Clock& clock,
                                     Entropy& entropy) {
  const Kv& kv = directory_->kv();
  documents_ = std::make_unique<DocumentCache>(options.document_cache_bytes);
  published_ = std::make_unique<Published>(first_point(*directory_), documents_.get());
  catalog_ = std::make_unique<Catalog>(kv);
  users_ = std::make_unique<Users>(kv, *documents_);
  groups_ = std::make_unique<Groups>(kv, *users_);
  lists_ = std::make_unique<Directory>(kv);
  configuration_ = std::make_unique<Configuration>(kv, views_);
  schemas_ = std::make_unique<CompiledSchemas>(*catalog_);
  trial_ = std::make_unique<SchemaTrial>(*published_, *lists_, *users_);
  plans_ = std::make_unique<SchemaPlans>(*trial_, clock);
  tokens_ = std::make_unique<Tokens>(*published_, *catalog_, clock, entropy);
  limits_ = std::make_unique<RateLimits>(options.settings.rate_limits, clock);
  positions_ = std::make_unique<PositionWaits>(*published_);
  tree_heads_ = std::make_unique<TreeHeads>(*directory_, *published_);
  hashing_ = std::make_unique<WorkPool>(options.hashing_threads, options.hashing_waiting_max);
  scanning_ = std::make_unique<WorkPool>(options.scanning_threads, options.scanning_waiting_max);
  keyless_ = std::make_unique<WorkPool>(1, options.keyless_waiting_max);
  return {};
}

Result<void> Instance::start_writing(const InstanceOptions& options, Clock& clock) {
  MUSTER_TRY(time_floor_, TimeFloor::open(directory_->path(), clock));
  SequencerOptions sequencing;
  sequencing.epoch = directory_->epoch();
  sequencing.epoch_ended = [epochs = directory_->epochs()](Epoch epoch, LogId log) {
    return epochs ? epochs->size_at_end(epoch, log) : std::nullopt;
  };
  sequencing.first_group = directory_->log().newest_group() + 1;
  sequencing.on_fatal = options.on_fatal;
  const SequencerPorts ports{
      directory_->log(), views_, directory_->vault(), *time_floor_, *published_};
  sequencer_ = std::make_unique<Sequencer>(ports, std::move(sequencing));
  MUSTER_TRY(const auto tenants, lists_->list_tenants(*published_->now()));
  for (const TenantState& tenant : tenants) {
    sequencer_->know_tenant(tenant.log, tenant.id);
  }
  sequencer_->start();
  return {};
}

void Instance::make_services(const InstanceOptions& options, Clock& clock, Entropy& entropy) {
  DataDirectory& directory = *directory_;
  services_ = std::unique_ptr<Services>{new Services{
      {directory.vault(), entropy, clock},
      *sequencer_,
      views_,
      *published_,
      *catalog_,
      *users_,
      *groups_,
      *lists_,
      LogReader{directory.kv(), directory.vault()},
      *schemas_,
      *plans_,
      *foldings_,
      *hashing_,
      *scanning_,
      *keyless_,
      answers_,
      *limits_,
      *positions_,
      *tokens_,
      options.settings,
      [&directory](LogId log, std::string_view text) -> Result<Digest> {
        MUSTER_TRY(const SecretKey key, directory.vault().derived_key(log, kIdempotencyLabel));
        return hmac_sha256(key.view(), text);
      },
      *configuration_,
      *tree_heads_,
      *read_recorder_,
      directory.kv(),
      *time_floor_,
      *erasures_,
      *followers_}};
}

void Instance::stop_threads() {
  followers_.reset();
  scrub_.reset();
  backups_.reset();
  erasures_.reset();
  fit_checker_.reset();
  foldings_.reset();
  plans_.reset();
  housekeeper_.reset();
  positions_.reset();
  hashing_.reset();
  scanning_.reset();
  keyless_.reset();
  read_recorder_.reset();  // behind who notes reads, and before nothing is taken any more
  if (sequencer_) {
    sequencer_->stop();
  }
}

Instance::~Instance() {
  stop_threads();
}

bool Instance::clock_is_behind() const {
  std::int64_t newest = 0;
  for (const LogId log : directory_->log().logs()) {
    newest = std::max(newest, raw(directory_->log().head(log).time));
  }
  return newest - raw(clock_->now()) > kClockBehindMicrosMax;
}

Result<void> Instance::close() {
  followers_.reset();  // they note what they show, which the recorder writes
  read_recorder_->write_all();
  sequencer_->stop();
  MUSTER_CHECKED(housekeeper_->keep_tree_heads());
  stop_threads();
  // Readers are gone; their snapshots must be too before the store closes.
  services_.reset();
  tokens_.reset();
  trial_.reset();
  schemas_.reset();
  groups_.reset();
  users_.reset();
  catalog_.reset();
  lists_.reset();
  configuration_.reset();
  tree_heads_.reset();
  published_.reset();
  return directory_->close();
}

}  // namespace muster
