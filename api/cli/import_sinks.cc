#include <thread>

#include "api/cli/import_run.h"
#include "api/import/group_writer.h"
#include "api/server/compiled_schemas.h"
#include "api/server/submit.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "engine/pools/pool_commands.h"

namespace muster {
namespace {

Failure no_pool(const std::string& name) {
  return failure(
      Errc::kNotFound, "pool_not_found", "there is no pool '" + name + "'; --create-pool makes it");
}

Result<std::string> pool_id_of(const Services& services, LogId log, const std::string& name) {
  const auto point = services.published.now();
  PoolListQuery query;
  query.search_phrase = name;
  query.limit = kPoolsExaminedMax;
  MUSTER_TRY(const auto pools, services.directory.list_pools(*point, log, query));
  for (const PoolState& pool : pools) {
    if (pool.name == name) {
      return pool.id;
    }
  }
  return no_pool(name);
}

Result<std::string> create_pool(const Services& services, LogId log, const std::string& name) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("name", name);
  writer.end_object();
  MUSTER_TRY(const JsonDocument body, parse_json(json));
  CreatePool input;
  input.log = log;
  MUSTER_TRY(input.body, read_pool(body.root(), services.settings.pools));
  MUSTER_TRY(input.payload_schema,
             services.schemas.find(*services.published.now(), log, input.body.payload_schema_id));
  MUSTER_TRY(Decide decide,
             prepare_create_pool(services.domain, services.settings.pools, std::move(input)));
  MUSTER_TRY(const Accepted made, submit_and_wait(services.commands, log, std::move(decide)));
  return made.subject.id;
}

class OfflineSink final : public ImportSink {
 public:
  OfflineSink(std::unique_ptr<OfflineInstance> offline, LogId log, const PoolState& pool)
      : offline_{std::move(offline)},
        business_metadata_{!pool.business_metadata_schema_id.empty()},
        importer_{std::make_unique<Importer>(offline_->services(),
                                             ImportTarget{log, pool.id, {}},
                                             std::max(1U, std::thread::hardware_concurrency()))},
        groups_{
            std::make_unique<GroupWriter>(offline_->services(), ImportTarget{log, pool.id, {}})} {}

  ~OfflineSink() override {
    groups_.reset();
    importer_.reset();
  }

  Result<void> apply(ImportedUser user, Importer::Done done) override {
    importer_->apply(std::move(user), std::move(done));
    return {};
  }

  Result<void> put_group(const ImportedGroup& group, Importer::Done done) override {
    done(groups_->put_group(group));
    return {};
  }

  Result<void> add_member(const ImportedMember& member, Importer::Done done) override {
    groups_->add_member(member, done);
    return {};
  }

  Result<void> settle() override {
    importer_->finish();
    groups_->finish();
    return {};
  }

  Result<void> finish() override {
    importer_.reset();
    groups_.reset();
    return offline_->close();
  }

  [[nodiscard]] bool has_business_metadata() const override { return business_metadata_; }

 private:
  std::unique_ptr<OfflineInstance> offline_;
  bool business_metadata_;
  std::unique_ptr<Importer> importer_;
  std::unique_ptr<GroupWriter> groups_;
};

}  // namespace

Result<std::unique_ptr<ImportSink>> open_offline_sink(const ImportFlags& flags) {
  MUSTER_TRY(auto offline, OfflineInstance::open(flags.offline, true));
  const Services& services = offline->services();
  MUSTER_TRY(const auto tenant,
             services.catalog.find_tenant(*services.published.now(), flags.tenant));
  if (!tenant) {
    return failure(
        Errc::kNotFound, "tenant_not_found", "there is no tenant '" + flags.tenant + "'");
  }
  auto pool_id = pool_id_of(services, tenant->log, flags.pool);
  if (!pool_id && flags.create_pool) {
    pool_id = create_pool(services, tenant->log, flags.pool);
  }
  if (!pool_id) {
    return pool_id.error();
  }
  MUSTER_TRY(const auto pool,
             services.catalog.find_pool(*services.published.now(), tenant->log, *pool_id));
  if (!pool) {
    return no_pool(flags.pool);
  }
  return std::unique_ptr<ImportSink>{
      std::make_unique<OfflineSink>(std::move(offline), tenant->log, *pool)};
}

}  // namespace muster
