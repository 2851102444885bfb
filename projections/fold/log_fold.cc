#include "projections/fold/log_fold.h"

#include <algorithm>
#include <unordered_set>

#include "engine/core/thread_name.h"

namespace muster {
namespace {

/// How many chunks are under way per lane: enough to bridge the longest stretch of work of one.
constexpr std::size_t kChunksPerLane = 3;
constexpr std::size_t kOutcomeKeyBytes = 4 + 4 + 16;

}  // namespace

LogFold::LogFold(const FoldPorts& ports, const FoldOptions& options, Subject subject)
    : ports_{ports},
      options_{options},
      subject_{subject},
      chunks_(kChunksPerLane * options.threads),
      free_{chunks_.size()},
      order_{subject.log, subject.kept_size, ports.findings} {
  for (LogChunk& chunk : chunks_) {
    free_.put(&chunk);
  }
  const std::size_t users_max = std::max<std::size_t>(1, options.users_max / options.threads);
  for (std::size_t i = 0; i < options.threads; ++i) {
    lanes_.push_back(std::make_unique<StreamFold>(
        ports_, subject.log, StreamFold::Lane{i, options.threads, users_max}));
  }
}

void LogFold::fail(const Failure& failure) {
  const std::lock_guard lock{failure_mutex_};
  if (!failure_) {
    failure_ = failure;
  }
  failed_ = true;
}

Result<void> LogFold::outcome_so_far() {
  const std::lock_guard lock{failure_mutex_};
  return failure_ ? Result<void>{*failure_} : Result<void>{};
}

Result<void> LogFold::outcome(std::string_view key, std::string_view value) {
  ByteReader reader{key};
  const LogId log{reader.big_endian_32()};
  const std::int64_t hour = reader.big_endian_32();
  if (log != subject_.log || key.size() != kOutcomeKeyBytes) {
    ports_.findings.found(
        {"outcome_misplaced", subject_.log, {}, {}, "the outcome of a command has a foreign key"});
    return {};
  }
  if (first_pass_) {
    outcome_hours_.add(hour);
  }
  return ports_.sink.put(options_.threads + 1, {Family::kIdempotency, key, value, {}});
}

// The last of the threads that have gone through a chunk comes here. It has not gone on to the next
// one, so no other can come here with that: chunks arrive in order, one at a time.
void LogFold::finish_chunk(LogChunk& chunk) {
  if (first_pass_ && !failed_) {
    if (const auto added = order_.add(chunk, ports_.sink, options_.threads); !added) {
      fail(added.error());
    }
  }
  free_.put(&chunk);
}

void LogFold::work(std::size_t lane) {
  name_thread("fold");
  while (const auto chunk = queues_[lane]->take()) {
    if (!failed_) {
      const std::uint64_t before = lanes_[lane]->folded_events();
      if (const auto added = lanes_[lane]->add(**chunk); !added) {
        fail(added.error());
      }
      folded_ += lanes_[lane]->folded_events() - before;
    }
    if ((*chunk)->pending.fetch_sub(1) == 1) {
      finish_chunk(**chunk);
    }
  }
}

bool LogFold::is_wanted(const RawEvent& event) const {
  return std::ranges::any_of(lanes_, [&](const auto& lane) { return lane->wants(event); });
}

Result<void> LogFold::read_log() {
  ChunkReader::Options options{subject_.log};
  if (first_pass_) {
    options.findings = &ports_.findings;
    options.outcomes = this;
  } else {
    options.wanted = [this](const RawEvent& event) {
      return is_wanted(event);
    };
  }
  ChunkReader reader{ports_.kv, std::move(options)};
  while (!failed_) {
    LogChunk* const chunk = *free_.take();
    const auto more = reader.next(*chunk);
    if (!more || !*more) {
      free_.put(chunk);
      return more ? Result<void>{} : more.error();
    }
    chunk->pending = queues_.size();
    for (const auto& queue : queues_) {
      queue->put(chunk);
    }
    options_.on_progress(subject_.folded_before + folded_);
  }
  return {};
}

Result<void> LogFold::fold_pass() {
  queues_.clear();
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    queues_.push_back(std::make_unique<BoundedQueue<LogChunk*>>(chunks_.size()));
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    threads.emplace_back([this, i] { work(i); });
  }
  if (const auto read = read_log(); !read) {
    fail(read.error());
  }
  for (const auto& queue : queues_) {
    queue->close();
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return outcome_so_far();
}

Result<void> LogFold::emit_states() {
  if (first_pass_) {
    for (const auto& lane : lanes_) {
      lane->collect_pools(pools_);
      lane->collect_tenants(tenants_);
    }
  }
  std::vector<std::thread> threads;
  for (const auto& lane : lanes_) {
    threads.emplace_back([this, &lane] {
      name_thread("fold");
      if (const auto emitted = lane->emit({subject_.tenant_id, pools_}); !emitted) {
        fail(emitted.error());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return outcome_so_far();
}

Result<void> LogFold::put_sums() {
  TallySums sums;
  for (const auto& lane : lanes_) {
    for (const auto& [key, amounts] : lane->tallies()) {
      Counters& sum = sums[key];
      std::ranges::transform(sum, amounts, sum.begin(), std::plus<>{});
    }
  }
  for (const auto& [key, sum] : sums) {
    if (sum != Counters{}) {
      MUSTER_CHECKED(
          ports_.sink.put(options_.threads + 1, {Family::kCounts, key, encode_counters(sum), {}}));
    }
  }
  return {};
}

void LogFold::check_foreign_losses() {
  std::unordered_set<StreamId> erased;
  for (const auto& lane : lanes_) {
    erased.insert(lane->erased().begin(), lane->erased().end());
  }
  for (const auto& lane : lanes_) {
    for (const ForeignLoss& loss : lane->foreign_losses()) {
      if (!erased.contains(loss.subject)) {
        ports_.findings.found({"segment_missing",
                               subject_.log,
                               loss.position,
                               loss.subject,
                               "a sealed segment is gone, but nobody erased its subject"});
      }
    }
  }
}

Result<FoldedLog> LogFold::run() {
  bool more = true;
  while (more) {
    MUSTER_CHECKED(fold_pass());
    MUSTER_CHECKED(emit_states());
    first_pass_ = false;
    more = false;
    for (const auto& lane : lanes_) {
      more = lane->begin_next_pass() || more;
    }
  }
  MUSTER_CHECKED(put_sums());
  MUSTER_CHECKED(order_.finish(ports_.sink, options_.threads));
  check_foreign_losses();
  return conclude();
}

FoldedLog LogFold::conclude() {
  FoldedLog folded;
  folded.log = subject_.log;
  folded.frontier = order_.frontier();
  folded.newest_time = order_.newest_time();
  folded.newest_group = order_.newest_group();
  folded.kept_root = order_.kept_root();
  folded.outcomes_from_hour = outcome_hours_.kept_from();
  folded.tenants = std::move(tenants_);
  for (const auto& lane : lanes_) {
    folded.highest_slot = std::max(folded.highest_slot, lane->highest_slot());
    std::ranges::copy(lane->kept_segments(), std::back_inserter(folded.kept_segments));
    std::ranges::copy(lane->kept_keys(), std::back_inserter(folded.kept_keys));
  }
  folded.events_folded = folded_;
  ports_.sink.end_log(subject_.log, folded.outcomes_from_hour);
  return folded;
}

}  // namespace muster
