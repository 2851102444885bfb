#include "api/import/importer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "api/import/upsert.h"
#include "engine/core/thread_name.h"

namespace muster {
namespace {

/// A row whose pool or schema keeps changing under it is given up; anything else settles sooner.
constexpr unsigned kAttemptsMax = 8;

constexpr std::array<std::string_view, 3> kOutcomeNames{"created", "updated", "unchanged"};

Result<ImportOutcome> outcome_of(const Accepted& accepted) {
  if (accepted.events == 0) {
    return ImportOutcome::kUnchanged;
  }
  return accepted.revision == Revision{1} ? ImportOutcome::kCreated : ImportOutcome::kUpdated;
}

}  // namespace

bool is_full_queue(const Failure& failure) {
  return failure.rule == "queue_full";
}

std::string_view name_of(ImportOutcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::optional<ImportOutcome> parse_import_outcome(std::string_view name) {
  const auto found = std::ranges::find(kOutcomeNames, name);
  return found == kOutcomeNames.end()
             ? std::nullopt
             : std::optional{static_cast<ImportOutcome>(found - kOutcomeNames.begin())};
}

Importer::Importer(const Services& services, ImportTarget target, std::size_t threads)
    : services_{services}, target_{std::move(target)} {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

Importer::~Importer() {
  finish();
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  rows_wait_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void Importer::apply(ImportedUser user, Done done) {
  {
    std::unique_lock lock{mutex_};
    room_grew_.wait(lock, [&] { return under_way_ < kUnderWayMax; });
    ++under_way_;
  }
  enqueue({std::move(user), std::move(done), 0});
}

void Importer::finish() {
  std::unique_lock lock{mutex_};
  room_grew_.wait(lock, [&] { return under_way_ == 0; });
}

void Importer::enqueue(Row row) {
  {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(row));
  }
  rows_wait_.notify_one();
}

void Importer::work() {
  name_thread("importer");
  std::unique_lock lock{mutex_};
  while (true) {
    rows_wait_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) {
      return;
    }
    Row row = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    prepare_and_submit(std::move(row));
    lock.lock();
  }
}

Result<Command> Importer::prepare(const Row& row) {
  Command command;
  command.log = target_.log;
  command.origin = target_.origin;
  const UpsertContext context{services_, target_.log, target_.pool_id, row.attempt};
  MUSTER_TRY(command.decide, prepare_upsert(context, row.user));
  return command;
}

void Importer::prepare_and_submit(Row row) {
  auto command = prepare(row);
  if (!command) {
    conclude(row, command.error());
    return;
  }
  const auto shared = std::make_shared<Row>(std::move(row));
  services_.commands.submit(std::move(*command), [this, shared](const Result<Accepted>& outcome) {
    if (outcome) {
      conclude(*shared, outcome_of(*outcome));
    } else if (outcome.error().code == Errc::kStale && shared->attempt < kAttemptsMax) {
      ++shared->attempt;  // prepared against an older state
      enqueue(std::move(*shared));
    } else if (is_full_queue(outcome.error()) && shared->waits < kQueueWaitsMax) {
      // submit() itself tells of it, so this is one of our own threads.
      ++shared->waits;
      std::this_thread::sleep_for(kQueueWait);
      enqueue(std::move(*shared));
    } else {
      conclude(*shared, outcome.error());
    }
  });
}

void Importer::conclude(const Row& row, Result<ImportOutcome> outcome) {
  row.done(std::move(outcome));
  const std::lock_guard lock{mutex_};
  --under_way_;
  // Under the lock: with the last row done, the importer may be gone as soon as it is released.
  // Only the one thread that calls apply() and finish() waits for room.
  room_grew_.notify_one();
}

}  // namespace muster
