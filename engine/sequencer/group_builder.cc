#include "engine/sequencer/group_builder.h"

#include <algorithm>

#include "engine/core/check.h"

namespace muster {

/// The events of one command on their way into the group.
struct GroupBuilder::Draught {
  Staged staged;
  /// Where in `staged` the state of an address is.
  std::unordered_map<StateAddress, std::size_t> places;
  std::vector<RecordedEvent> events;
  std::vector<ErasedStream> erased_streams;
  std::vector<Slot> erased_slots;
  const Decision* decision = nullptr;
  LogHead head;
  Position command{};
  std::size_t bytes = 0;
  std::uint32_t parts = 0;
};

namespace {

Slot own_slot(const Draft& draft, StreamId stream) {
  for (const SealedSegment& segment : draft.segments) {
    if (segment.subject == stream) {
      return segment.slot;
    }
  }
  return Slot{0};
}

Failure other_epoch(const EarlierTag& tag, Epoch now) {
  return failure(Errc::kPrecondition,
                 "other_epoch",
                 "If-Match names a version of epoch " + std::to_string(raw(tag.epoch)) +
                     ", but the directory was restored from a backup since and is in epoch " +
                     std::to_string(raw(now)) +
                     "; what was written in between is lost, so read it again");
}

}  // namespace

LogHead& GroupBuilder::head(LogId log) {
  const auto [found, added] = heads_.try_emplace(log);
  if (added) {
    found->second = ports_.log.head(log);
  }
  return found->second;
}

Result<bool> GroupBuilder::still_holds(const EarlierTag& tag,
                                       LogId log,
                                       const StreamHead& stream) const {
  const auto end = ended_ ? ended_(tag.epoch, log) : std::nullopt;
  if (!end) {
    return false;
  }
  if (raw(stream.last) < *end) {
    return true;
  }
  // Later events of the stream did not change what clients see of it, or one of them did.
  MUSTER_TRY(const auto made, ports_.log.position_of(log, stream.stream, stream.shown));
  return made && raw(*made) < *end;
}

Result<void> GroupBuilder::check_precondition(const Precondition& precondition) {
  MUSTER_TRY(const AnyState* state, overlay_.find(precondition.address));
  if (state == nullptr) {
    return {};  // decide() says what is not there; that answer is the better one
  }
  const StreamHead& stream = head_of(*state);
  std::string etag = make_etag(epoch_, stream);
  if (std::holds_alternative<PoolState>(*state)) {
    const std::string key = ports_.views.pool_count_key(precondition.address.log, stream.stream);
    MUSTER_TRY(const Counters counters, overlay_.counters(key));
    etag = make_pool_etag(epoch_, stream, counters);
  }
  if (precondition.any || std::ranges::find(precondition.etags, etag) != precondition.etags.end()) {
    return {};
  }
  std::optional<EarlierTag> lost;
  for (const std::string& given : precondition.etags) {
    auto earlier = earlier_tag(given, epoch_);
    if (!earlier) {
      continue;
    }
    // Counts say how many, not who: those of a pool cannot be told from others of a lost range.
    const bool same = earlier->now == etag && !std::holds_alternative<PoolState>(*state);
    MUSTER_TRY(
        const bool holds,
        same ? still_holds(*earlier, precondition.address.log, stream) : Result<bool>{false});
    if (holds) {
      return {};
    }
    lost = std::move(earlier);
  }
  if (lost) {
    return other_epoch(*lost, epoch_);
  }
  return failure(Errc::kPrecondition,
                 "precondition_failed",
                 "If-Match names another version than the current one; read it again");
}

std::optional<std::set<std::int64_t>>& GroupBuilder::outcome_hours(LogId log) {
  const auto [found, added] = outcome_hours_.try_emplace(log);
  if (added) {
    if (const auto hours = ports_.log.outcome_hours(log)) {
      found->second.emplace(hours->begin(), hours->end());
    }
  }
  return found->second;
}

Result<std::optional<StoredOutcome>> GroupBuilder::find_outcome(const Command& command,
                                                                Micros now) {
  const auto& hours = outcome_hours(command.log);
  // An hour ahead, too: the clock may have been set back since a refusal, which leaves no event.
  for (std::int64_t age = -1; age <= kIdempotencyHours; ++age) {
    const std::int64_t hour = hour_of(now) - age;
    if (hours && !hours->contains(hour)) {
      continue;
    }
    const std::string key = idempotency_row_key(command.log, hour, command.idempotency->key);
    MUSTER_TRY(const auto value, overlay_.row(View::kIdempotency, key));
    if (value) {
      MUSTER_TRY(StoredOutcome stored, decode_outcome(command.log, *value));
      return std::optional{std::move(stored)};
    }
  }
  return std::optional<StoredOutcome>{};
}

void GroupBuilder::record_outcome(const Command& command,
                                  const Result<Accepted>& outcome,
                                  Micros now) {
  if (!outcome && !is_replayed(outcome.error())) {
    return;
  }
  StoredOutcome stored{command.idempotency->request, {}};
  if (outcome) {
    stored.outcome = *outcome;
  } else {
    stored.outcome = outcome.error();
  }
  if (auto& hours = outcome_hours(command.log)) {
    hours->insert(hour_of(now));
    hours->erase(hours->begin(), hours->lower_bound(hour_of(now) - kIdempotencyHours));
  }
  RecordedOutcome record{command.log,
                         idempotency_row_key(command.log, hour_of(now), command.idempotency->key),
                         encode_outcome(stored)};
  bytes_ += record.key.size() + record.value.size();
  Staged row;
  row.rows.push_back({View::kIdempotency, record.key, record.value});
  overlay_.apply(std::move(row));
  group_.outcomes.push_back(std::move(record));
}

Result<Accepted> GroupBuilder::add(const Command& command, Micros now) {
  if (!command.idempotency) {
    return decide(command, now);
  }
  // Counted from the newest event, so that a clock that was set back does not hide outcomes.
  const Micros log_now = std::max(now, head(command.log).time);
  MUSTER_TRY(const auto earlier, find_outcome(command, log_now));
  if (earlier) {
    if (!equal_in_constant_time(as_view(earlier->request), as_view(command.idempotency->request))) {
      return failure(Errc::kInvalid,
                     "idempotency_key_reused",
                     "this idempotency key was used for another request; use a new key");
    }
    if (const auto* refused = std::get_if<Failure>(&earlier->outcome)) {
      Failure replay = *refused;
      replay.replayed = true;
      return replay;
    }
    Accepted accepted = std::get<Accepted>(earlier->outcome);
    accepted.epoch = epoch_;
    return accepted;
  }
  Result<Accepted> outcome = decide(command, now);
  record_outcome(command, outcome, log_now);
  return outcome;
}

Result<Accepted> GroupBuilder::decide(const Command& command, Micros now) {
  if (command.precondition) {
    MUSTER_CHECKED(check_precondition(*command.precondition));
  }
  LogHead& log_head = head(command.log);
  const Micros time = std::max(now, Micros{raw(log_head.time) + 1});
  MUSTER_TRY(Decision decision, command.decide(overlay_, time));
  Draught draught;
  draught.head = log_head;
  draught.decision = &decision;
  MUSTER_CHECKED(fold_facts(command, decision, time, draught));
  MUSTER_TRY(const std::string tenant, tenant_of(command.log, draught.staged));
  std::optional<TakenRow> taken;
  Result<void> derived = overlay_.derive_rows(draught.staged, tenant, taken);
  if (!derived) {
    if (taken && decision.locate) {
      decision.locate(derived.error(), taken->whose, taken->wanted);
    }
    return std::move(derived).error();
  }
  MUSTER_TRY(Accepted accepted, accept(command, decision, draught));

  overlay_.apply(std::move(draught.staged));
  log_head = draught.head;
  bytes_ += draught.bytes;
  std::ranges::move(draught.events, std::back_inserter(group_.events));
  std::ranges::copy(draught.erased_streams, std::back_inserter(group_.erased_streams));
  std::ranges::copy(draught.erased_slots, std::back_inserter(group_.erased_slots));
  return accepted;
}

Result<void> GroupBuilder::fold_facts(const Command& command,
                                      Decision& decision,
                                      Micros now,
                                      Draught& draught) {
  if (decision.facts.size() > kCommandEventsMax) {
    return failure(
        Errc::kTooLarge, "command_too_large", "the request would change too much at once");
  }
  draught.command = Position{draught.head.size};
  draught.parts = static_cast<std::uint32_t>(decision.facts.size());
  for (Fact& fact : decision.facts) {
    draught.head.time = std::max(now, Micros{raw(draught.head.time) + 1});
    MUSTER_CHECKED(fold_fact(command, fact, draught));
    ++draught.head.size;
  }
  if (draught.bytes > kCommandBytesMax) {
    return failure(
        Errc::kTooLarge, "command_too_large", "the request would store too much at once");
  }
  return {};
}

EventHeader GroupBuilder::header_of(const Command& command,
                                    const Fact& fact,
                                    const AnyState& before,
                                    const Draught& draught) {
  const bool begins = std::holds_alternative<std::monostate>(before);
  EventHeader header;
  header.log = command.log;
  header.position = Position{draught.head.size};
  header.time = draught.head.time;
  header.stream = fact.stream;
  header.revision = Revision{begins ? 1 : raw(head_of(before).revision) + 1};
  header.previous = begins ? Digest{} : head_of(before).last_leaf;
  header.command = draught.command;
  header.part = static_cast<std::uint32_t>(draught.events.size() + 1);
  header.parts = draught.parts;
  header.schemas = header.part == 1 ? draught.decision->schemas : std::vector<SchemaUse>{};
  header.actor = command.origin.actor;
  header.client = command.origin.client;
  header.request_id = command.origin.request_id;
  header.idempotency = command.idempotency ? command.idempotency->hmac : std::string{};
  return header;
}

Result<void> GroupBuilder::fold_fact(const Command& command, Fact& fact, Draught& draught) {
  std::vector<Staged::Change>& states = draught.staged.states;
  const auto [place, is_new] = draught.places.try_emplace(fact.address, states.size());
  if (is_new) {
    MUSTER_TRY(const AnyState* current, overlay_.find(fact.address));
    const AnyState before = current != nullptr ? *current : fact.ended ? *fact.ended : AnyState{};
    states.push_back({fact.address, fact.address.log, before, before});
  }
  Staged::Change& change = states[place->second];
  const EventName& name = name_of(fact.draft.event);

  EventHeader header = header_of(command, fact, change.after, draught);
  header.type = name.name;
  header.version = name.version;
  RecordedEvent event;
  std::vector<SealedSegment>& segments = fact.draft.segments;
  event.has_own_segment = !segments.empty();
  if (header.part == 1 && command.origin.request) {
    segments.push_back(*command.origin.request);
  }
  for (SealedSegment& segment : segments) {
    header.sealed.push_back({segment.subject, segment.slot, segment.digest});
    event.highest_slot = std::max(event.highest_slot, segment.slot);
    draught.bytes += segment.bytes.size();
    event.segments.push_back(segment.bytes);
  }
  for (Attachment& attachment : fact.draft.attachments) {
    header.attached.push_back({attachment.digest, attachment.bytes.size()});
    draught.bytes += attachment.bytes.size();
    event.attachments.push_back(std::move(attachment));
  }
  event.open_part = write_open_part(header, fact.draft.data);
  if (event.open_part.size() > kOpenPartBytesMax) {
    return failure(Errc::kTooLarge, "command_too_large", "a public value is too large");
  }
  std::string leaf_input(1, '\0');  // RFC 6962 section 2.1: leaves are hashed behind a zero byte
  leaf_input += event.open_part;
  event.leaf = ports_.sealer.digest(leaf_input);
  event.log = header.log;
  event.position = header.position;
  event.time = header.time;
  event.stream = header.stream;
  event.revision = header.revision;
  event.code = name.code;
  draught.bytes += event.open_part.size();

  const EventMeta meta{header.log,
                       header.position,
                       header.time,
                       header.stream,
                       header.revision,
                       event.leaf,
                       own_slot(fact.draft, fact.stream)};
  evolve(change.after, meta, fact.draft.event);
  if (std::holds_alternative<UserErased>(fact.draft.event)) {
    draught.erased_streams.push_back({command.log, fact.stream});
    if (const Slot slot = head_of(change.after).slot; raw(slot) != 0) {
      draught.erased_slots.push_back(slot);
    }
  }
  draught.events.push_back(std::move(event));
  return {};
}

Result<std::string> GroupBuilder::tenant_of(LogId log, const Staged& staged) {
  if (log == kSystemLog) {
    for (const Staged::Change& change : staged.states) {
      if (const auto* tenant = std::get_if<TenantState>(&change.after)) {
        tenants_[tenant->log] = tenant->id;
      }
    }
    return std::string{};
  }
  const auto found = tenants_.find(log);
  if (found == tenants_.end()) {
    return failure(Errc::kNotFound, "tenant_not_found", "there is no such tenant");
  }
  return found->second;
}

Result<Accepted> GroupBuilder::accept(const Command& command,
                                      const Decision& decision,
                                      const Draught& draught) {
  Accepted accepted;
  accepted.epoch = epoch_;
  accepted.log_size = draught.head.size;
  accepted.subject = decision.subject;
  accepted.events = draught.parts;
  const auto staged = std::ranges::find_if(
      draught.staged.states,
      [&](const Staged::Change& change) { return change.address == decision.subject; });
  const AnyState* state = nullptr;
  if (staged != draught.staged.states.end()) {
    state = &staged->after;
  } else {
    MUSTER_TRY(state, overlay_.find(decision.subject));
  }
  if (state == nullptr || std::holds_alternative<std::monostate>(*state)) {
    return accepted;
  }
  accepted.stream = head_of(*state).stream;
  accepted.revision = head_of(*state).revision;
  accepted.shown = head_of(*state).shown;
  if (!exists(*state)) {
    return accepted;
  }
  const RowKey place = ports_.views.row_of(address_of(*state, command.log));
  for (const RowChange& change : draught.staged.rows) {
    if (change.view == place.view && change.key == place.key && change.value) {
      accepted.row = std::make_shared<const std::string>(*change.value);
      return accepted;
    }
  }
  MUSTER_TRY(auto value, overlay_.row(place.view, place.key));
  if (value) {
    accepted.row = std::make_shared<const std::string>(std::move(*value));
  }
  return accepted;
}

Group GroupBuilder::take(std::uint64_t number) {
  group_.number = number;
  overlay_.take_rows(group_.rows);
  bytes_ = 0;
  return std::exchange(group_, Group{});
}

}  // namespace muster
