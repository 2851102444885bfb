#include <algorithm>

#include "tests/sim/checks.h"
#include "tests/sim/world.h"

namespace muster::sim {

/// Before each step that the disk can refuse.
void World::note_step(void (*break_it)(Disk&)) {
  if (steps_left_ && (*steps_left_)-- == 0) {
    steps_left_.reset();
    break_it(disk_);
  }
}

/// What comes next is decided for another group, while this one waits to be written.
void World::take_group() {
  demand(write_taken(), "the group before is written");
  if (!engine_->has_group()) {
    demand(open_.ops.empty(), "what becomes true is written");
    return;
  }
  taken_ = std::exchange(open_, Waiting{});
  taken_->group = engine_->take();
}

/// False when the process died of it.
bool World::write_taken() {
  if (!taken_) {
    return true;
  }
  note_step([](Disk& disk) { disk.kv.fail_after_writes(0); });
  dead_ = !engine_->append(*taken_->group).has_value();
  if (dead_) {
    return false;
  }
  unsynced_.push_back(*std::exchange(taken_, std::nullopt));
  reached("group written");
  return true;
}

/// False when the process died of it.
bool World::try_append() {
  if (!write_taken()) {
    return false;
  }
  take_group();
  return write_taken();
}

void World::close_group() {
  if (unsynced_.size() >= 2) {
    demand(sync_groups(), "syncing");
  }
  // EventLog::admits() counts all rows of a store in memory; once in a while is enough.
  if (dice_.one_in(20)) {
    succeeded(engine_->log().admits(), "there is room");
  }
  demand(try_append(), "a group is written");
}

/// What the oldest `count` groups made true was promised to somebody.
void World::become_durable(std::size_t count) {
  for (; count > 0; --count) {
    for (const Op& op : unsynced_.front().ops) {
      durable_.apply(op);
    }
    unsynced_.pop_front();
  }
}

/// False when the process died of it.
bool World::sync_groups() {
  if (unsynced_.empty()) {
    return true;
  }
  note_step([](Disk& disk) { disk.kv.fail_next_sync(); });
  dead_ = !engine_->sync(unsynced_.back().group->number).has_value();
  if (dead_) {
    return false;
  }
  synced_group_ = unsynced_.back().group->number;
  for (const Waiting& waiting : unsynced_) {
    if (!waiting.group->erased_slots.empty()) {
      reached("keys erased");
      note_step([](Disk& disk) { disk.sealer.fail_erasures(); });
    }
    dead_ = !engine_->erase_keys(*waiting.group).has_value();
    if (dead_) {
      return false;
    }
  }
  for (const Waiting& waiting : unsynced_) {
    engine_->publish(*waiting.group);
  }
  become_durable(unsynced_.size());
  return true;
}

void World::quiet_point() {
  close_group();
  demand(sync_groups(), "syncing");
  again_.clear();
  check_world(disk_, engine_->log(), durable_);
}

/// Almost no room: commands are refused before anything is decided, and nothing changes.
void World::fill_disk() {
  close_group();
  disk_.free_bytes = 1024;
  const auto refused = engine_->log().admits();
  demand(!refused && refused.error().rule == "disk_full", "a full disk is noticed");
  disk_.free_bytes = std::uint64_t{1} << 40U;
  succeeded(engine_->log().admits(), "room is noticed");
  reached("disk almost full");
}

void World::arm(Fault fault) {
  switch (fault) {
    case Fault::kWriteFails:
      close_group();
      disk_.kv.fail_after_writes(dice_.below(2));
      break;
    case Fault::kDiskFullInWrite:
      close_group();
      disk_.kv.set_disk_full(true);
      break;
    case Fault::kSyncFails:
      disk_.kv.fail_next_sync();
      break;
    case Fault::kErasingFails:
      disk_.sealer.fail_erasures();
      break;
    case Fault::kConfirmFails:
      close_group();
      demand(sync_groups(), "syncing");
      disk_.kv.fail_after_writes(dice_.below(2));
      if (dice_.one_in(2)) {
        disk_.kv.fail_next_sync();
      }
      dead_ = !engine_->log().confirm().has_value();
      break;
    default:
      break;
  }
}

/// Goes on until the process dies of the fault, or is at the point where the power goes.
void World::meet(Fault fault) {
  arm(fault);
  const bool erasing = fault == Fault::kDiesBeforeErasing || fault == Fault::kErasingFails ||
                       fault == Fault::kDiesAfterErasing;
  for (std::size_t tries = 0; tries < 40 && !dead_; ++tries) {
    for (std::size_t count = 1 + dice_.below(6); count > 0; --count) {
      move_clock();
      send(new_request());
    }
    const bool unsynced_erasure = current_.erased.size() > durable_.erased.size();
    const bool full = unsynced_.size() >= 2 && !(erasing && unsynced_erasure);
    if (full || (fault == Fault::kSyncFails && !unsynced_.empty())) {
      demand(sync_groups() != (fault == Fault::kSyncFails), "syncing");
      continue;
    }
    const bool alive = try_append();
    if (alive && erasing && unsynced_erasure) {
      die_erasing(fault);
      return;
    }
    if (!alive || fault == Fault::kPowerCut || fault == Fault::kDiesWhileStarting) {
      return;
    }
  }
}

/// The erasures are durable, but nobody was told.
void World::die_erasing(Fault fault) {
  if (fault == Fault::kErasingFails) {
    // Nothing fails when nothing of the person was ever sealed: then there is no key.
    if (!sync_groups()) {
      reached("erasing failed");
    }
    return;
  }
  succeeded(engine_->sync(unsynced_.back().group->number), "syncing");
  synced_group_ = unsynced_.back().group->number;
  for (const Waiting& waiting : unsynced_) {
    if (fault == Fault::kDiesAfterErasing) {
      succeeded(engine_->erase_keys(*waiting.group), "erasing keys");
    }
  }
}

void World::die(std::uint64_t fate) {
  engine_.reset();
  disk_.kv.crash(fate);
  disk_.sealer.end_fault();
  steps_left_.reset();
  dead_ = false;
  ++crashes_;
}

void World::crash(Fault fault) {
  const std::string name{kFaultNames[static_cast<std::size_t>(fault)]};
  meet(fault);
  reached("fault: " + name);
  if (dead_) {
    reached("died of: " + name);
  }
  die(dice_.next());
  start();
  if (fault == Fault::kDiesWhileStarting) {
    die(dice_.next());
    start();
  }
  find_out_what_survived();
}

void World::restart(std::uint64_t fate) {
  die(fate);
  start();
  find_out_what_survived();
}

void World::find_out_what_survived() {
  const std::uint64_t survived = engine_->log().newest_group();
  demand(survived >= synced_group_, "a group that was synced is gone");
  std::size_t kept = 0;
  for (const Waiting& waiting : unsynced_) {
    kept += waiting.group->number <= survived ? 1U : 0U;
  }
  if (!unsynced_.empty()) {
    reached(kept == unsynced_.size() ? "all unsynced groups survived"
            : kept == 0              ? "no unsynced group survived"
                                     : "some unsynced groups survived");
  }
  // Their clients heard nothing and ask again with the same keys.
  again_.clear();
  if (taken_) {
    unsynced_.push_back(*std::exchange(taken_, std::nullopt));
  }
  unsynced_.push_back(std::exchange(open_, Waiting{}));
  for (const Waiting& waiting : unsynced_) {
    again_.insert(again_.end(), waiting.requests.begin(), waiting.requests.end());
  }
  if (!again_.empty()) {
    reached("unknown outcome asked for");
  }
  become_durable(kept);
  synced_group_ = survived;
  unsynced_.clear();
  current_ = durable_;
  check_world(disk_, engine_->log(), durable_);
}

bool World::perform(const std::vector<Intent>& group) {
  if (engine_ == nullptr) {
    start();
  }
  for (const Intent& intent : group) {
    move_clock();
    send({intent, std::nullopt, 0, std::nullopt, false, 0});
  }
  return try_append() && sync_groups();
}

std::vector<std::string> every_point() {
  std::vector<std::string> points{"confirmed",
                                  "clock set back",
                                  "clock jumped and was refused",
                                  "key forgotten",
                                  "key reused",
                                  "refusal replayed",
                                  "outcome replayed",
                                  "unknown outcome asked for",
                                  "request of a client",
                                  "group written",
                                  "decided while the group before is not written",
                                  "keys erased",
                                  "erasing failed",
                                  "disk almost full",
                                  "died of: write fails",
                                  "died of: sync fails",
                                  "died of: disk full in write",
                                  "died of: confirm fails",
                                  "all unsynced groups survived",
                                  "some unsynced groups survived",
                                  "no unsynced group survived"};
  for (const std::string_view name : kFaultNames) {
    points.push_back("fault: " + std::string{name});
  }
  for (const std::string_view name : kKindNames) {
    points.push_back(std::string{name} + " accepted");
  }
  for (const std::string_view refusal : {"create user refused: user_id_taken",
                                         "create user refused: identifier_taken",
                                         "create user refused: address_taken",
                                         "create user refused: schema_not_found",
                                         "create user refused while preparing",
                                         "create user stale",
                                         "upsert user refused: identifier_taken",
                                         "upsert user stale",
                                         "replace user refused while preparing",
                                         "replace user refused: precondition_failed",
                                         "replace user stale",
                                         "delete user refused: user_not_found",
                                         "delete user refused: pool_not_found",
                                         "add identifier refused: identifier_taken",
                                         "remove identifier refused: identifier_not_found",
                                         "add address refused: address_taken",
                                         "update address refused: address_taken",
                                         "update address refused: address_not_found",
                                         "remove address refused: address_not_found",
                                         "set credential stale",
                                         "change password state refused: credential_not_found",
                                         "create pool refused: pool_id_taken",
                                         "create pool refused: pool_name_taken",
                                         "create pool refused: schema_not_found",
                                         "replace pool refused: pool_not_empty",
                                         "replace pool refused: pool_name_taken",
                                         "replace pool refused: precondition_failed",
                                         "delete pool refused: pool_not_found",
                                         "folding building of many ended",
                                         "folding undoing of many ended",
                                         "fold pool refused: identifier_taken",
                                         "fold pool refused: identifier_repeated",
                                         "fold pool refused: folding_cancelled",
                                         "fold pool refused: pool_ignores_case",
                                         "fold pool refused: stale",
                                         "create schema refused: schema_id_taken",
                                         "create schema refused: schema_name_taken",
                                         "replace schema refused: system_schema",
                                         "delete schema refused: schema_in_use",
                                         "delete schema refused: system_schema",
                                         "create client refused: client_id_taken",
                                         "create client refused: workspace_not_found",
                                         "delete client refused: client_not_found",
                                         "create workspace refused: workspace_id_taken",
                                         "create tenant refused: tenant_id_taken",
                                         "create signing key refused: signing_key_id_taken"}) {
    points.emplace_back(refusal);
  }
  return points;
}

}  // namespace muster::sim
