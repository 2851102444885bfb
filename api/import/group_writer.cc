#include "api/import/group_writer.h"

#include <thread>
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
  unsigned waits = 0;
  for (unsigned attempt = 1;;) {
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
    if (is_full_queue(accepted.error()) && waits++ < kQueueWaitsMax) {
      std::this_thread::sleep_for(kQueueWait);
    } else if (accepted.error().code != Errc::kStale || attempt++ == kAttemptsMax) {
      return accepted.error();
    }
  }
}

void GroupWriter::add_member(const ImportedMember& member, const Importer::Done& done) {
  {
    std::unique_lock lock{mutex_};
    room_grew_.wait(lock, [&] { return under_way_ < kUnderWayMax; });
    ++under_way_;
  }
  for (unsigned waits = 0; !submit_member(member, done, waits == kQueueWaitsMax); ++waits) {
    std::this_thread::sleep_for(kQueueWait);
  }
}

bool GroupWriter::submit_member(const ImportedMember& member,
                                const Importer::Done& done,
                                bool is_last_attempt) {
  auto decide =
      prepare_add_member({{target_.log, target_.pool_id, member.user_id}, member.group_id});
  if (!decide) {
    conclude(done, decide.error());
    return true;
  }
  Command command;
  command.log = target_.log;
  command.origin = target_.origin;
  command.decide = *std::move(decide);
  // submit() itself tells of a full queue, so `full` is still there; no other outcome touches it.
  bool full = false;
  services_.commands.submit(
      std::move(command), [this, done, is_last_attempt, &full](const Result<Accepted>& outcome) {
        if (outcome) {
          conclude(done,
                   outcome->events == 0 ? ImportOutcome::kUnchanged : ImportOutcome::kCreated);
        } else if (is_full_queue(outcome.error()) && !is_last_attempt) {
          full = true;
        } else {
          conclude(done, outcome.error());
        }
      });
  return !full;
}

void GroupWriter::conclude(const Importer::Done& done, Result<ImportOutcome> outcome) {
  done(std::move(outcome));
  const std::lock_guard lock{mutex_};
  --under_way_;
  // Under the lock: with the last one done, the writer may be gone as soon as it is released.
  room_grew_.notify_one();
}

void GroupWriter::finish() {
  std::unique_lock lock{mutex_};
  room_grew_.wait(lock, [&] { return under_way_ == 0; });
}

}  // namespace muster
