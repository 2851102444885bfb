#include "api/import/group_writer.h"

#include <utility>

#include "api/server/submit.h"
#include "engine/groups/group_commands.h"

namespace muster {
namespace {

/// A group whose pool or parent keeps changing under it is given up.
constexpr unsigned kAttemptsMax = 8;

}  // namespace

Result<GroupWriter::Prepared> GroupWriter::prepare(const ImportedGroup& group) {
  const auto point = services_.published.now();
  MUSTER_TRY(const auto pool, services_.catalog.find_pool(*point, target_.log, target_.pool_id));
  if (!pool) {
    return failure(Errc::kNotFound, "pool_not_found", "the pool is gone");
  }
  const PoolAt at{*point, target_.log, *pool};
  GroupBody body{group.id, group.name, group.description, group.parent_id};
  StreamId parent;
  if (!group.parent_id.empty()) {
    MUSTER_TRY(const auto found, services_.groups.find(at, group.parent_id));
    parent = found ? found->head.stream : StreamId{};
  }
  MUSTER_TRY(const auto stored, services_.groups.find(at, group.id));
  Prepared prepared;
  prepared.is_new = !stored;
  if (!stored) {
    MUSTER_TRY(
        prepared.decide,
        prepare_create_group(services_.domain, {target_.log, *pool, std::move(body), parent}));
    return prepared;
  }
  ReplaceGroup input;
  input.name = {target_.log, pool->id, group.id};
  input.body = std::move(body);
  input.parent = parent;
  MUSTER_TRY(input.height, services_.groups.height(at, *stored, kGroupDepthMax));
  MUSTER_TRY(prepared.decide, prepare_replace_group(services_.domain, std::move(input)));
  return prepared;
}

Result<ImportOutcome> GroupWriter::put_group(const ImportedGroup& group) {
  for (unsigned attempt = 1;; ++attempt) {
    MUSTER_TRY(Prepared prepared, prepare(group));
    Command command;
    command.log = target_.log;
    command.origin = target_.origin;
    command.decide = std::move(prepared.decide);
    const auto accepted = submit_and_wait(services_.commands, std::move(command));
    if (accepted) {
      return accepted->events == 0 ? ImportOutcome::kUnchanged
             : prepared.is_new     ? ImportOutcome::kCreated
                                   : ImportOutcome::kUpdated;
    }
    if (accepted.error().code != Errc::kStale || attempt == kAttemptsMax) {
      return accepted.error();
    }
  }
}

void GroupWriter::add_member(const ImportedMember& member, Importer::Done done) {
  auto decide =
      prepare_add_member({{target_.log, target_.pool_id, member.user_id}, member.group_id});
  if (!decide) {
    done(decide.error());
    return;
  }
  {
    std::unique_lock lock{mutex_};
    room_grew_.wait(lock, [&] { return under_way_ < kUnderWayMax; });
    ++under_way_;
  }
  Command command;
  command.log = target_.log;
  command.origin = target_.origin;
  command.decide = *std::move(decide);
  services_.commands.submit(
      std::move(command), [this, done = std::move(done)](const Result<Accepted>& outcome) {
        if (outcome) {
          done(outcome->events == 0 ? ImportOutcome::kUnchanged : ImportOutcome::kCreated);
        } else {
          done(outcome.error());
        }
        const std::lock_guard lock{mutex_};
        --under_way_;
        // Under the lock: with the last one done, the writer may be gone as soon as it is released.
        room_grew_.notify_one();
      });
}

void GroupWriter::finish() {
  std::unique_lock lock{mutex_};
  room_grew_.wait(lock, [&] { return under_way_ == 0; });
}

}  // namespace muster
