#include "projections/fold/stream_fold.h"

#include <algorithm>

#include "storage/log/event_log.h"
#include "storage/log/group_record.h"
#include "storage/log/view_family.h"
#include "storage/tree/merkle.h"

namespace muster {
namespace {

/// The lane is taken from one half of the hash and the place from the other, so that neither says
/// anything about the other.
std::size_t lane_of(const RawEvent& event, std::size_t lanes) {
  return static_cast<std::uint32_t>(event.stream_hash) % lanes;
}

std::uint32_t place_of(const RawEvent& event) {
  return static_cast<std::uint32_t>(event.stream_hash >> 32U);
}

/// The stream's own key, or 0: what EventMeta::slot is at commit.
Slot own_slot(const ScannedEvent& scanned) {
  for (const SealedReference& reference : scanned.sealed) {
    if (reference.subject == scanned.stream) {
      return reference.slot;
    }
  }
  return Slot{0};
}

bool is_erased(const AnyState& state) {
  const auto* user = std::get_if<UserState>(&state);
  return user != nullptr && user->erased;
}

}  // namespace

void StreamFold::report(std::string_view rule, std::string text) {
  ports_.findings.found({rule, log_, scanned_.position, scanned_.stream, std::move(text)});
}

bool StreamFold::is_mine(const RawEvent& event) const {
  return lane_of(event, lane_.count) == lane_.index;
}

bool StreamFold::wants(const RawEvent& event) const {
  const std::uint32_t place = place_of(event);
  return event.of_pool ||
         (is_mine(event) &&
          (first_pass_ || (event.of_user && place >= range_begin_ && place < pass_end_)));
}

bool StreamFold::is_held(const RawEvent& event) const {
  const std::uint32_t place = place_of(event);
  return event.of_user ? place >= range_begin_ && place < range_end_ : first_pass_;
}

void StreamFold::scan(RawEvent& event) {
  event.leaf = leaf_hash(event.open_part);
  if (!scan_open_part(event.open_part, scanned_)) {
    if (first_pass_) {
      ports_.findings.found({"open_part_unreadable",
                             log_,
                             event.position,
                             {},
                             "the open part is not spelled as one"});
    }
    return;
  }
  if (!first_pass_) {
    event.part = scanned_.part;
    return;
  }
  if (scanned_.log != log_ || scanned_.position != event.position) {
    report("event_misplaced",
           "the event at position " + std::to_string(raw(event.position)) +
               " says it lies at log " + std::to_string(raw(scanned_.log)) + ", position " +
               std::to_string(raw(scanned_.position)));
  }
  for (const SealedReference& reference : scanned_.sealed) {
    highest_slot_ = std::max(highest_slot_, reference.slot);
  }
  event.time = scanned_.time;
  event.command = scanned_.command;
  event.part = scanned_.part;
  event.parts = scanned_.parts;
}

Result<void> StreamFold::add(LogChunk& chunk) {
  for (RawEvent& event : chunk.events) {
    if (event.of_pool) {
      MUSTER_CHECKED(past_.follow_pool(chunk, event));
    }
    if (!is_mine(event) || !(first_pass_ || is_held(event))) {
      continue;
    }
    scan(event);
    if (event.part == 0) {
      continue;  // cannot be read
    }
    if (first_pass_) {
      MUSTER_CHECKED(put_stream_row(chunk, event));
    }
    if (is_held(event)) {
      MUSTER_CHECKED(fold(chunk, event));
    }
  }
  return {};
}

void StreamFold::check_chain(const FoldedStream& stream) {
  const bool begins = std::holds_alternative<std::monostate>(stream.state);
  const StreamHead head = begins ? StreamHead{} : head_of(stream.state);
  if (raw(scanned_.revision) != raw(head.revision) + 1) {
    report("revision_gap",
           "revision " + std::to_string(raw(scanned_.revision)) + " follows revision " +
               std::to_string(raw(head.revision)));
  } else if (scanned_.previous != head.last_leaf) {
    report("previous_differs", "the event names another predecessor than the one in the log");
  }
}

// In the first pass and for every stream, held or not: a stream that is let go is folded again.
Result<void> StreamFold::put_stream_row(const LogChunk& chunk, const RawEvent& event) {
  MUSTER_TRY(const EventCode code, EventDecoder::code_of(scanned_));
  const StreamEntry entry{
      scanned_.revision, scanned_.position, code, decoder_.has_own_segment(scanned_, chunk, event)};
  return ports_.sink.put(lane_.index,
                         {Family::kStreams,
                          stream_entry_key(log_, scanned_.stream, scanned_.revision),
                          write_stream_entry(entry),
                          scanned_.stream});
}

void StreamFold::note_own_segment(FoldedStream& stream, OwnSegment own) {
  stream.stored = stream.stored || own == OwnSegment::kOpened || own == OwnSegment::kLocked;
  if (!stream.lost && (own == OwnSegment::kMissing || own == OwnSegment::kLocked)) {
    stream.lost = true;
    stream.first_lost = scanned_.position;
  }
}

Result<void> StreamFold::fold(const LogChunk& chunk, const RawEvent& event) {
  MUSTER_TRY(auto decoded, decoder_.decode(scanned_, chunk, event));
  ++folded_events_;
  if (!decoded) {
    return {};
  }
  const auto [found, added] = streams_.try_emplace(scanned_.stream);
  FoldedStream& stream = found->second;
  if (added) {
    stream.aggregate = scanned_.type.substr(0, scanned_.type.find('.'));
    stream.aggregate = name_of(decoded->event).name.substr(0, stream.aggregate.size());
    stream.of_user = event.of_user;
    stream.place = place_of(event);
    users_ += event.of_user ? 1 : 0;
  }
  if (scanned_.type.substr(0, scanned_.type.find('.')) != stream.aggregate) {
    report("stream_mixed", "the event belongs to another kind of aggregate than its stream");
    return {};
  }
  check_chain(stream);
  note_own_segment(stream, decoded->own);
  if (stream.in_command && stream.command != scanned_.command) {
    end_command(stream);
  }
  if (!stream.in_command) {
    stream.before = stream.state;
    stream.command = scanned_.command;
    stream.in_command = true;
  }
  apply(stream, *decoded, event);
  if (scanned_.part == scanned_.parts) {
    end_command(stream);
  }
  if (users_ > lane_.users_max) {
    halve_range();
  }
  return {};
}

void StreamFold::apply(FoldedStream& stream, const DecodedEvent& decoded, const RawEvent& event) {
  const EventMeta meta{log_,
                       event.position,
                       scanned_.time,
                       scanned_.stream,
                       scanned_.revision,
                       event.leaf,
                       own_slot(scanned_)};
  evolve(stream.state, meta, decoded.event);
}

void StreamFold::end_command(FoldedStream& stream) {
  stream.in_command = false;
  const AnyState before = std::exchange(stream.before, {});
  past_.add(before, stream.state, stream.lost, stream.past);
}

void StreamFold::halve_range() {
  range_end_ = range_begin_ + std::max<std::uint64_t>(1, (range_end_ - range_begin_) / 2);
  std::erase_if(streams_, [&](const auto& entry) {
    const bool leaves = entry.second.of_user && entry.second.place >= range_end_;
    users_ -= leaves ? 1 : 0;
    return leaves;
  });
}

bool StreamFold::begin_next_pass() {
  const std::uint64_t width = range_end_ - range_begin_;
  const std::uint64_t last = std::uint64_t{1} << 32U;
  first_pass_ = false;
  past_.begin_next_pass();
  range_begin_ = range_end_;
  range_end_ = std::min(range_end_ + width, last);
  pass_end_ = range_end_;
  return range_begin_ < last;
}

void StreamFold::collect_pools(PoolStates& pools) const {
  for (const auto& [stream, folded] : streams_) {
    if (const auto* pool = std::get_if<PoolState>(&folded.state); pool != nullptr && !pool->gone) {
      pools.emplace(stream, *pool);
    }
  }
}

void StreamFold::collect_tenants(std::unordered_map<LogId, std::string>& tenants) const {
  for (const auto& [stream, folded] : streams_) {
    if (const auto* tenant = std::get_if<TenantState>(&folded.state)) {
      tenants.emplace(tenant->log, tenant->id);
    }
  }
}

void StreamFold::settle(const FoldedStream& stream) {
  const StreamHead& head = head_of(stream.state);
  scanned_.stream = head.stream;
  if (!is_erased(stream.state)) {
    if (stream.lost) {
      scanned_.position = stream.first_lost;
      report("segment_missing",
             "a sealed segment is gone or its key destroyed, but nobody erased the stream");
    }
    return;
  }
  erased_.push_back(head.stream);
  if (stream.stored) {
    kept_segments_.push_back(head.stream);
  }
  if (raw(head.slot) == 0) {
    return;
  }
  // Sealing is the one question about a key that needs no segment.
  const auto probe = ports_.sealer.seal(head.slot, {log_, head.stream, "probe", 0, 0}, {});
  if (probe || probe.error().code != Errc::kGone) {
    kept_keys_.push_back(head.slot);
  }
}

Result<void> StreamFold::put_rows(const FoldedStream& stream, const Surroundings& around) {
  RowContext context;
  context.log = log_;
  context.tenant_id = around.tenant_id;
  const StreamHead& head = head_of(stream.state);
  if (const auto* user = std::get_if<UserState>(&stream.state); user != nullptr && !user->erased) {
    const auto pool = around.pools.find(user->pool);
    if (pool == around.pools.end()) {
      scanned_.stream = head.stream;
      scanned_.position = head.last;
      report("pool_missing", "the user's pool is not in the log");
      return {};
    }
    context.pool = &pool->second;
  }
  rows_.rows.clear();
  rows_.tallies.clear();
  ports_.views.rows(stream.state, context, rows_);
  for (const Row& row : rows_.rows) {
    MUSTER_CHECKED(
        ports_.sink.put(lane_.index, {family_of(row.view), row.key, row.value, head.stream}));
  }
  for (const Tally& tally : rows_.tallies) {
    Counters& sum = tallies_[tally.key];
    std::ranges::transform(sum, tally.amounts, sum.begin(), std::plus<>{});
  }
  return {};
}

Result<void> StreamFold::emit(const Surroundings& around) {
  for (auto& [id, stream] : streams_) {
    if (std::holds_alternative<std::monostate>(stream.state)) {
      continue;
    }
    if (stream.in_command) {
      end_command(stream);
    }
    settle(stream);
    for (const Row& row : stream.past) {
      MUSTER_CHECKED(ports_.sink.put(lane_.index, {Family::kPast, row.key, row.value, id}));
    }
    if (has_rows(stream.state)) {
      MUSTER_CHECKED(put_rows(stream, around));
    }
  }
  streams_.clear();
  users_ = 0;
  return {};
}

}  // namespace muster
