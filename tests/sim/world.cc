#include "tests/sim/world.h"

#include <algorithm>
#include <set>

#include "engine/sequencer/idempotency.h"
#include "projections/rows.h"
#include "storage/seal/digest.h"
#include "tests/sim/checks.h"

namespace muster::sim {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::size_t kKeysRemembered = 60;

Digest digest_of_number(std::uint64_t number) {
  Digest digest{};
  for (std::size_t i = 0; i < 8; ++i) {
    digest[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return digest;
}

}  // namespace

World::World(std::uint64_t seed, Coverage& coverage)
    : dice_{seed},
      coverage_{coverage},
      entropy_{seed ^ 0xE117},
      disk_{entropy_},
      chooser_{seed + 1} {}

std::string World::digest() const {
  return digest_of(disk_.kv);
}

std::int64_t World::hour_in(LogId log) {
  return hour_of(std::max(clock_.now(), engine_->log().head(log).time));
}

void World::start() {
  engine_ = value_of(Engine::start(disk_, clock_, entropy_), "the engine starts");
}

void World::run(std::size_t commands) {
  start();
  const std::size_t crashes = 5 + dice_.below(4);
  for (std::size_t round = 1; round <= crashes; ++round) {
    do_anything(commands * round / (crashes + 1));
    crash(static_cast<Fault>(dice_.below(kFaultNames.size())));
  }
  do_anything(commands);
  quiet_point();
}

void World::do_anything(std::size_t commands) {
  while (sent_ < commands) {
    step();
  }
}

void World::step() {
  for (std::size_t count = 1 + dice_.below(6); count > 0; --count) {
    move_clock();
    const auto repeated = dice_.one_in(12) ? repeat() : std::nullopt;
    if (!again_.empty()) {
      demand(sync_groups(), "syncing");
    }
    if (!again_.empty() && dice_.one_in(2)) {
      Request stale = std::move(again_.front());
      again_.pop_front();
      send(std::move(stale));
    } else {
      send(repeated ? *repeated : new_request());
    }
  }
  if (dice_.one_in(2)) {
    if (dice_.one_in(2)) {
      close_group();
    } else {
      take_group();
    }
  }
  if (unsynced_.size() >= 2 || dice_.one_in(2)) {
    demand(sync_groups(), "syncing");
  }
  if (unsynced_.empty() && dice_.one_in(30)) {
    succeeded(engine_->log().confirm(), "confirming");
    reached("confirmed");
  }
  if (dice_.one_in(120)) {
    fill_disk();
  }
}

void World::move_clock() {
  clock_.advance(1 + static_cast<std::int64_t>(dice_.below(std::size_t{3} * kSecond)));
  if (dice_.one_in(40)) {
    clock_.advance(static_cast<std::int64_t>(dice_.below(static_cast<std::size_t>(kHour))));
  }
  if (dice_.one_in(50)) {
    // As far as ClockGuard lets pass.
    const std::int64_t back =
        static_cast<std::int64_t>(dice_.below(std::size_t{50} * 60)) * kSecond;
    clock_.step(behind_ - back);
    behind_ = back;
    reached(back > 0 ? "clock set back" : "clock set right");
  }
  if (dice_.one_in(900)) {
    clock_.step(26 * kHour);
    if (dice_.one_in(2)) {
      reached("clock jumped and was refused");
      demand(refused_by_clock(), "a jump of the clock stops writes");
    }
    engine_->guard().accept();
    clock_.step(behind_);
    behind_ = 0;
    engine_->guard().accept();
    demand(!refused_by_clock(), "an accepted clock is right");
  }
}

bool World::refused_by_clock() {
  const auto refused = engine_->guard().check();
  return !refused && refused.error().rule == "clock_jumped";
}

Request World::new_request() {
  const auto founding = Chooser::founding(current_);
  Request request;
  request.intent = founding ? *founding : chooser_.next(current_, durable_);
  request.body = dice_.next();
  const Kind kind = request.intent.kind;
  const bool of_process = kind == Kind::kEmptyPoolStep || kind == Kind::kFoldPool;
  if (kind != Kind::kNotePasswordVerified && !of_process && dice_.one_in(4)) {
    request.key = next_key_++;
    keyed_.push_back(request);
    if (keyed_.size() > kKeysRemembered) {
      keyed_.erase(keyed_.begin());
    }
  }
  if (dice_.one_in(5)) {
    request.if_match = engine_->etag(request.intent);
    if (request.if_match && dice_.one_in(4)) {
      request.if_match = "\"1.999\"";
    }
    request.if_match_any = request.if_match && dice_.one_in(6);
  }
  return request;
}

std::optional<Request> World::repeat() {
  if (keyed_.empty()) {
    return std::nullopt;
  }
  Request request = keyed_[dice_.below(keyed_.size())];
  const LogId log = request.intent.log;
  const auto record = current_.records.find({log, *request.key});
  if (record != current_.records.end()) {
    // Whether one is remembered for 24 or for 25 hours is nobody's promise.
    const std::int64_t age = hour_in(log) - record->second.hour;
    if (age == 24 || age == 25) {
      return std::nullopt;
    }
    if (age > 25) {
      reached("key forgotten");
    }
  }
  if (dice_.one_in(6)) {
    request.body += 1;
  }
  request.attempts = 0;
  request.intent.in_place = false;
  return request;
}

/// Some commands come from a client, which has a key of its own; some on behalf of a person.
void World::add_actor(Command& command, LogId log) {
  if (dice_.one_in(2) || durable_.clients.empty()) {
    return;
  }
  const auto client = durable_.clients.lower_bound({log, ""});
  if (client == durable_.clients.end() || client->first.first != log) {
    return;
  }
  const auto state =
      engine_->read<ClientState>({log, Aggregate::kClient, {}, client->first.second});
  demand(state.has_value(), "an acknowledged client is there");
  command.origin.client = state->head.stream;
  command.origin.request_id = "req-" + std::to_string(sent_);
  command.origin.request = value_of(
      seal_request(
          disk_.sealer, log, state->head.stream, state->head.slot, R"({"ip":"192.0.2.7"})"),
      "a request is sealed");
  reached("request of a client");
}

void World::send(const Request& request) {
  ++sent_;
  if (taken_) {
    reached("decided while the group before is not written");
  }
  Result<Decide> prepared = engine_->prepare(request.intent);
  const std::string kind{name_of(request.intent.kind)};
  const Verdict expected = durable_.judge_reading(request.intent);
  const std::string rule = prepared ? "" : prepared.error().rule;
  demand(rule == expected.rule,
         kind + " was prepared with '" + rule + "' instead of '" + expected.rule + "'");
  if (!prepared && !request.key) {
    reached(kind + " refused while preparing");
    return;  // answered from published state
  }
  decide(request, std::move(prepared));
}

void World::decide(const Request& request, Result<Decide> prepared) {
  const LogId log = request.intent.log;
  Command command;
  command.log = log;
  StreamId read_in;
  if (request.key) {
    command.idempotency = IdempotencyKey{digest_of_number(static_cast<std::uint64_t>(*request.key)),
                                         digest_of_number(request.body),
                                         "idem-" + std::to_string(*request.key)};
  }
  const bool is_prepared = prepared.has_value();
  if (is_prepared) {
    command.decide = *std::move(prepared);
    if (request.if_match) {
      const bool of_user = request.intent.kind <= Kind::kNotePasswordVerified;
      read_in = of_user ? durable_.pool(log, request.intent.pool)->stream : StreamId{};
      command.precondition = Precondition{
          {log, of_user ? Aggregate::kUser : Aggregate::kPool, read_in, request.intent.id},
          {*request.if_match},
          request.if_match_any};
    }
  } else {
    command.decide = [refusal = prepared.error()](StateReader&, Micros) -> Result<Decision> {
      return refusal;
    };
  }
  add_actor(command, log);
  const std::int64_t hour = hour_in(log);
  const Result<Accepted> outcome = engine_->decide(command);

  const KeyRecord* record = request.key ? current_.find_record(log, *request.key, hour) : nullptr;
  const std::string kind{name_of(request.intent.kind)};
  if (record != nullptr) {
    check_replay(request, *record, outcome);
    return;
  }
  if (!outcome && outcome.error().code == Errc::kStale && request.intent.kind != Kind::kFoldPool &&
      !(request.intent.kind == Kind::kEmptyPoolStep && request.intent.users.empty())) {
    demand(!unsynced_.empty() || taken_ || !open_.ops.empty(),
           kind + " is stale, though nothing has happened since it was prepared");
    reached(kind + " stale");
    Request once_more = request;
    once_more.intent.in_place = ++once_more.attempts >= 3;
    again_.push_back(std::move(once_more));
    return;
  }
  Verdict verdict{
      command.precondition && current_.is_outdated(request, read_in) ? "precondition_failed" : ""};
  if (verdict.rule.empty()) {
    verdict = is_prepared ? current_.judge(request.intent) : durable_.judge_reading(request.intent);
  }
  const std::string rule = outcome ? "" : outcome.error().rule;
  demand(
      rule == verdict.rule,
      kind + " " + request.intent.id + " came to '" + rule + "' instead of '" + verdict.rule + "'");
  if (outcome) {
    demand(current_.judge_reading(request.intent).rule != "schema_violation",
           kind + " was accepted, though the schema as it is refuses it");
    check_accepted(request.intent, *outcome, verdict.events);
  }
  reached(kind + (outcome ? " accepted" : " refused: " + rule));
  if (request.intent.kind == Kind::kFoldPool && outcome && verdict.events > 0 &&
      request.intent.fold == Fold::kEnd) {
    const ModelPool& folded = *current_.pool(log, request.intent.id);
    const bool peopled = current_.users_in(folded.stream) > 3;
    reached("folding " + std::string{folded.folding} + (peopled ? " of many ended" : " ended"));
  }
  settle(request, outcome, hour);
}

void World::check_replay(const Request& request,
                         const KeyRecord& record,
                         const Result<Accepted>& outcome) {
  const std::string key = "key " + std::to_string(*request.key) + " of hour " +
                          std::to_string(record.hour) + " in hour " +
                          std::to_string(hour_in(request.intent.log)) + " (" +
                          std::to_string(hour_of(clock_.now())) + ")";
  if (record.body != request.body) {
    demand(!outcome && outcome.error().rule == "idempotency_key_reused",
           key + " was used for another request and that is refused");
    reached("key reused");
    return;
  }
  if (!record.rule.empty()) {
    demand(!outcome && outcome.error().rule == record.rule && outcome.error().replayed,
           key + " has the refusal that it had");
    reached("refusal replayed");
    return;
  }
  demand(outcome.has_value() && outcome->replayed,
         key + " has an outcome, but came to '" + (outcome ? "" : outcome.error().rule) + "'");
  demand(outcome->events == record.events && outcome->log_size == record.log_size &&
             raw(outcome->revision) == record.revision,
         key + " has the outcome that it had");
  reached("outcome replayed");
}

void World::check_accepted(const Intent& intent, const Accepted& accepted, std::uint32_t events) {
  const std::string kind{name_of(intent.kind)};
  demand(!accepted.replayed, kind + " is no replay");
  demand(accepted.events == events,
         kind + " caused " + std::to_string(accepted.events) + " events instead of " +
             std::to_string(events));
  demand(accepted.log_size == current_.log_size(intent.log) + events, kind + ": the log grew so");
  demand(accepted.row == nullptr || (head_in(*accepted.row).stream == accepted.stream &&
                                     head_in(*accepted.row).revision == accepted.revision),
         kind + " answers with another row");
}

void World::settle(const Request& request, const Result<Accepted>& outcome, std::int64_t hour) {
  Op op;
  op.log = request.intent.log;
  if (outcome && outcome->events > 0) {
    op.intent = request.intent;
    op.events = outcome->events;
    op.observed = {outcome->stream, outcome->subject.id};
  }
  if (request.key && (outcome || is_replayed(outcome.error()))) {
    KeyRecord record;
    record.body = request.body;
    record.hour = hour;
    record.rule = outcome ? "" : outcome.error().rule;
    record.events = outcome ? outcome->events : 0;
    record.log_size = outcome ? outcome->log_size : 0;
    record.revision = outcome ? raw(outcome->revision) : 0;
    op.record = {*request.key, record};
    open_.requests.push_back(request);
  }
  const bool changes = op.intent.has_value();
  if (changes || op.record) {
    current_.apply(op);
    open_.ops.push_back(std::move(op));
  }
  if (outcome && changes && !request.intent.id.empty()) {
    const std::uint64_t revision = current_.revision(request.intent);
    demand(revision == 0 || revision == raw(outcome->revision), "the revision counts the events");
  }
}

}  // namespace muster::sim
