#include "api/server/erasures.h"

#include <algorithm>
#include <set>

#include "api/server/submit.h"
#include "projections/erasures.h"
#include "projections/keys.h"
#include "projections/past_keys.h"
#include "storage/backup/backup.h"
#include "storage/log/log_reader.h"

namespace muster {
namespace {

using std::chrono::milliseconds;

/// How soon an erasure is seen, and how long others may join it.
constexpr milliseconds kLook{250};
constexpr milliseconds kBackupLook{200};
constexpr milliseconds kGather{300};
/// A pass rests so many times as long as it took: a fifth of the disk's time at most is for them.
constexpr int kRestFactor = 4;
constexpr milliseconds kRestMax{600'000};
/// After a failure, doubled each time.
constexpr milliseconds kRetryMin{1'000};
constexpr milliseconds kRetryMax{60'000};
/// Ranges of one family: beyond it the family is gone through as far as the log reaches.
constexpr std::size_t kPoolRangesMax = 32;
constexpr std::size_t kSegmentRangesMax = 64;

std::string log_prefix(LogId log) {
  std::string prefix;
  put_big_endian_32(prefix, raw(log));
  return prefix;
}

/// The rows of users lie together by pool.
void add_pool_ranges(LogId log,
                     const std::set<StreamId>& pools,
                     std::vector<ForgottenRange>& ranges) {
  std::vector<std::string> prefixes;
  if (pools.size() > kPoolRangesMax) {
    prefixes.push_back(log_prefix(log));
  } else {
    for (const StreamId pool : pools) {
      prefixes.push_back(PoolKeys{log, pool}.users_prefix());
    }
  }
  for (const std::string& prefix : prefixes) {
    for (const Family family :
         {Family::kUsers, Family::kUserKeys, Family::kUserIndex, Family::kGroups}) {
      ranges.push_back({family, KvRange::of_prefix(prefix)});
    }
    for (const View view : {View::kUsers, View::kUserKeys, View::kUserIndex, View::kGroups}) {
      ranges.push_back({Family::kPast, KvRange::of_prefix(past_prefix(view, prefix))});
    }
  }
  ranges.push_back({Family::kPast, KvRange::of_prefix(every_past_lead(log))});
}

/// Segments lie by position: ranges from one to the next, the widest gaps left out.
void add_segment_ranges(LogId log,
                        std::vector<std::uint64_t> positions,
                        std::vector<ForgottenRange>& ranges) {
  if (positions.empty()) {
    return;
  }
  std::ranges::sort(positions);
  std::vector<std::uint64_t> gaps;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    gaps.push_back(positions[i] - positions[i - 1]);
  }
  std::ranges::sort(gaps, std::greater{});
  const std::uint64_t joined = gaps.size() < kSegmentRangesMax ? 1 : gaps[kSegmentRangesMax - 1];
  std::uint64_t first = positions.front();
  const auto add = [&](std::uint64_t last) {
    ranges.push_back(
        {Family::kSegments,
         {segment_key(log, Position{first}, 0), segment_key(log, Position{last + 1}, 0)}});
  };
  for (std::size_t i = 1; i < positions.size(); ++i) {
    if (positions[i] - positions[i - 1] > joined) {
      add(positions[i - 1]);
      first = positions[i];
    }
  }
  add(positions.back());
}

/// Nobody knows whether such a key is destroyed, so nobody certifies it.
Failure unreadable_slots() {
  return failure(Errc::kCorrupt, "key_missing", "key slots cannot be read");
}

}  // namespace

std::string_view name_of(ErasureStep step) {
  switch (step) {
    case ErasureStep::kRequested:
      return "requested";
    case ErasureStep::kRowsGone:
      return "rows_gone";
    case ErasureStep::kKeyDestroyed:
      return "key_destroyed";
    case ErasureStep::kRecorded:
      return "recorded";
    case ErasureStep::kFilesCompacted:
      return "files_compacted";
    case ErasureStep::kCertified:
      return "certified";
  }
  return {};
}

Erasures::Erasures(const Ports& ports, OnStep on_step)
    : ports_{ports}, on_step_{std::move(on_step)} {
  thread_.start("erasures", [this] { work(); });
}

Erasures::~Erasures() {
  thread_.stop();
  ports_.directory.kv().cancel_compactions();
}

Result<std::optional<UserState>> Erasures::find(const ReadPoint& point,
                                                LogId log,
                                                StreamId person) const {
  return find_erasure(ports_.directory.kv(), point, log, person);
}

Result<std::vector<UserState>> Erasures::list(const ReadPoint& point,
                                              LogId log,
                                              std::optional<StreamId> after,
                                              std::size_t limit) const {
  return list_erasures(ports_.directory.kv(), point, log, after, limit);
}

ErasureProgress Erasures::progress(const UserState& person) const {
  if (person.certified) {
    return {ErasureStep::kCertified, {}};
  }
  {
    const std::lock_guard lock{mutex_};
    const auto fault = faults_.find(person.head.stream);
    std::string problem = fault == faults_.end() ? problem_ : fault->second;
    if (const auto found = steps_.find(person.head.stream); found != steps_.end()) {
      return {found->second, std::move(problem)};
    }
    if (fault != faults_.end()) {
      return {ErasureStep::kRowsGone, std::move(problem)};
    }
  }
  const Slot slot = person.head.slot;
  const auto erased =
      raw(slot) == 0 ? Result<bool>{true} : ports_.directory.vault().is_erased(slot);
  return {erased && *erased ? ErasureStep::kKeyDestroyed : ErasureStep::kRowsGone, {}};
}

void Erasures::work() {
  milliseconds retry = kRetryMin;
  std::uint64_t seen = ~0ULL;
  while (thread_.sleep(kLook)) {
    std::shared_ptr<const ReadPoint> point = ports_.published.now();
    if (point->states_version == seen) {
      continue;
    }
    const std::uint64_t looked_at = point->states_version;
    const auto waiting = open_ones(*point);
    point.reset();  // it would hold back what is to be forgotten
    if (waiting && waiting->empty()) {
      seen = looked_at;
      continue;
    }
    if (!thread_.sleep(kGather)) {
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto done = pass();
    const auto took =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    if (done) {
      note_problem({});
      retry = kRetryMin;
      if (!thread_.sleep(std::min(took * kRestFactor, kRestMax))) {
        return;
      }
      continue;
    }
    note_problem(done.error().reason);
    if (!thread_.sleep(retry)) {
      return;
    }
    retry = std::min(retry * 2, kRetryMax);
  }
}

Result<Erasures::People> Erasures::open_ones(const ReadPoint& point) const {
  People people;
  const Kv& kv = ports_.directory.kv();
  MUSTER_TRY(const auto tenants, ports_.lists.list_tenants(point));
  for (const TenantState& tenant : tenants) {
    MUSTER_TRY(const auto streams, open_erasures(kv, point, tenant.log, kPassMax - people.size()));
    for (const StreamId stream : streams) {
      MUSTER_TRY(auto state, find_erasure(kv, point, tenant.log, stream));
      if (state) {
        people.push_back({tenant.log, *std::move(state), {}});
      }
    }
    if (people.size() >= kPassMax) {
      break;
    }
  }
  return people;
}

Result<void> Erasures::pass() {
  const std::shared_ptr<const ReadPoint> point = ports_.published.now();
  MUSTER_TRY(People people, open_ones(*point));
  const std::size_t all = people.size();
  reached(ErasureStep::kRequested, people);
  MUSTER_CHECKED(destroy_keys(people));
  const bool some_left_out = people.size() < all;
  if (people.empty()) {
    return unreadable_slots();
  }
  reached(ErasureStep::kKeyDestroyed, people);
  MUSTER_CHECKED(record(people));
  reached(ErasureStep::kRecorded, people);
  MUSTER_CHECKED(forget(*point, people));
  ++passes_;
  reached(ErasureStep::kFilesCompacted, people);
  MUSTER_CHECKED(certify(people));
  reached(ErasureStep::kCertified, people);
  return some_left_out ? Result<void>{unreadable_slots()} : Result<void>{};
}

/// A start and the commit did so before; this finds out, by what the disk holds.
Result<void> Erasures::destroy_keys(People& people) {
  Vault& vault = ports_.directory.vault();
  std::vector<Slot> kept;
  std::map<StreamId, std::string> faults;
  for (const Person& person : people) {
    const Slot slot = person.state.head.slot;
    const auto erased = raw(slot) == 0 ? Result<bool>{true} : vault.is_erased(slot);
    if (!erased) {
      faults.emplace(person.state.head.stream, erased.error().reason);
    } else if (!*erased) {
      kept.push_back(slot);
    }
  }
  MUSTER_CHECKED(vault.erase_slots(kept));
  std::erase_if(people,
                [&](const Person& person) { return faults.contains(person.state.head.stream); });
  const std::lock_guard lock{mutex_};
  faults_ = std::move(faults);
  return {};
}

Result<void> Erasures::record(People& people) {
  if (!ledger_) {
    MUSTER_TRY(auto ledger,
               ErasureLedger::open(ports_.directory.erasures_path(), ports_.directory.created()));
    ledger_ = std::move(ledger);
  }
  const auto known = [&](const Person& person) {
    return ledger_->find(
        person.log, person.state.head.stream, Position{person.state.erased_position});
  };
  std::vector<LedgerLine> lines;
  for (const Person& person : people) {
    if (!known(person)) {
      const UserState& state = person.state;
      lines.push_back({person.log,
                       state.head.stream,
                       Position{state.erased_position},
                       state.head.slot,
                       state.erased_time});
    }
  }
  if (!lines.empty()) {
    const auto written = ledger_->append(lines);
    if (!written) {
      ledger_.reset();  // what it left is cut off when it is opened again
      return written;
    }
  }
  for (Person& person : people) {
    person.ledger = to_hex(as_view(*known(person)));
  }
  return {};
}

Result<std::vector<ForgottenRange>> Erasures::ranges_of(const ReadPoint& point,
                                                        const People& people) const {
  std::map<LogId, std::set<StreamId>> pools;
  std::map<LogId, std::vector<std::uint64_t>> positions;
  for (const Person& person : people) {
    pools[person.log].insert(person.state.pool);
    const auto note = [&](std::string_view key, std::string_view value) {
      const auto entry = parse_stream_entry(key, value);
      if (entry && entry->has_own_segment) {
        positions[person.log].push_back(raw(entry->position));
      }
      return true;
    };
    MUSTER_CHECKED(ports_.directory.kv().scan(
        Family::kStreams,
        KvRange::of_prefix(stream_prefix(person.log, person.state.head.stream)),
        note,
        point.snapshot.get()));
  }
  std::vector<ForgottenRange> ranges;
  for (const auto& [log, in] : pools) {
    add_pool_ranges(log, in, ranges);
  }
  for (auto& [log, places] : positions) {
    add_segment_ranges(log, std::move(places), ranges);
  }
  return ranges;
}

/// A backup that is being taken may hold tables of before by links of its own.
Result<void> Erasures::wait_for_backup() {
  std::error_code ignored;
  while (std::filesystem::exists(checkpoint_path(ports_.directory.path()), ignored)) {
    if (!thread_.sleep(kBackupLook)) {
      return failure(
          Errc::kUnavailable, "erasing_stopped", "the process stops; the next start goes on");
    }
  }
  return {};
}

Result<void> Erasures::forget(const ReadPoint& point, const People& people) {
  Forgetting what;
  what.snapshot = point.snapshot->number();
  MUSTER_TRY(what.ranges, ranges_of(point, people));
  what.sleep = [this](milliseconds pause) {
    return thread_.sleep(pause);
  };
  what.cut_readers = [this, group = point.group] {
    cut_before_ = group;
  };
  MUSTER_CHECKED(forget_files(ports_.directory.kv(), what));
  return wait_for_backup();
}

Result<void> Erasures::certify(const People& people) {
  std::map<LogId, std::vector<CertifiedErasure>> by_log;
  for (const Person& person : people) {
    by_log[person.log].push_back(
        {person.state.head.stream, raw(person.state.head.revision), person.ledger});
  }
  for (const auto& [log, erasures] : by_log) {
    for (std::size_t first = 0; first < erasures.size(); first += kCertifyStepMax) {
      const std::size_t last = std::min(first + kCertifyStepMax, erasures.size());
      MUSTER_TRY(Decide decide,
                 prepare_certify_erasures(log,
                                          {erasures.begin() + static_cast<std::ptrdiff_t>(first),
                                           erasures.begin() + static_cast<std::ptrdiff_t>(last)}));
      MUSTER_CHECKED(submit_and_wait(ports_.commands, log, std::move(decide)));
    }
  }
  return {};
}

void Erasures::reached(ErasureStep step, const People& people) {
  {
    const std::lock_guard lock{mutex_};
    steps_.clear();
    if (step > ErasureStep::kRequested && step < ErasureStep::kCertified) {
      for (const Person& person : people) {
        steps_.emplace(person.state.head.stream, step);
      }
    }
  }
  if (on_step_) {
    on_step_(step);
  }
}

void Erasures::note_problem(std::string problem) {
  const std::lock_guard lock{mutex_};
  problem_ = std::move(problem);
  steps_.clear();
}

}  // namespace muster
