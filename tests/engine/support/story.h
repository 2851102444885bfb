/// Story: given some facts, when a command comes, then these facts or this refusal. Everything a
/// command looks at, in memory, without sequencer and storage.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <variant>

#include "engine/administration/prepare.h"
#include "engine/core/check.h"
#include "engine/events/event_codec.h"

namespace muster {

/// Reversible, so that tests can tell what was sealed for whom.
class TestSealer final : public Sealer {
 public:
  Result<Slot> reserve_slot(LogId) override { return Slot{++slots_}; }

  Result<std::string> seal(Slot slot,
                           const SegmentContext& context,
                           std::string_view plaintext) override {
    return std::to_string(raw(slot)) + " " + context.stream.text() + " " +
           std::string{context.type} + " " + std::string{plaintext};
  }

  Result<std::string> open(const SegmentContext&, std::string_view segment) override {
    return std::string{segment};
  }

  Digest digest(std::string_view bytes) override {
    Digest digest{};
    std::size_t hash = std::hash<std::string_view>{}(bytes);
    for (std::uint8_t& byte : digest) {
      byte = static_cast<std::uint8_t>(hash);
      hash = hash * 31 + 7;
    }
    return digest;
  }

  Result<void> erase_slot(Slot) override { return {}; }

  [[nodiscard]] std::uint32_t slots() const { return slots_; }

 private:
  std::uint32_t slots_ = 0;
};

class CountingEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) {
      byte = static_cast<std::uint8_t>(next_++ * 37);
    }
    ++next_;
  }

 private:
  std::uint32_t next_ = 1;
};

class StoppedClock final : public Clock {
 public:
  Micros now() override { return time; }

  Micros boot_time() override { return time; }

  Micros time{1'800'000'000'000'000};
};

/// Only the keys of counts; the rest is the business of projections.
class CountKeys final : public Views {
 public:
  [[nodiscard]] RowKey row_of(const StateAddress&) const override { return {}; }

  [[nodiscard]] Result<AnyState> decode(const StateAddress&, std::string_view) const override {
    return AnyState{};
  }

  void rows(const AnyState&, const RowContext&, RowSet&) const override {}

  void past_rows(const std::vector<Row>&,
                 const AnyState&,
                 const RowsEnd&,
                 std::vector<Row>&) const override {}

  [[nodiscard]] std::string past_leads(LogId, StreamId) const override { return "past"; }

  void erase_past(const Row&, std::vector<RowKey>&, std::vector<Row>&) const override {}

  [[nodiscard]] Failure taken(const Row&) const override {
    return failure(Errc::kAlreadyTaken, "");
  }

  [[nodiscard]] std::string pool_count_key(LogId, StreamId pool) const override {
    return "pool " + pool.text();
  }

  [[nodiscard]] std::string schema_use_key(LogId, std::string_view id) const override {
    return "schema " + std::string{id};
  }

  [[nodiscard]] std::string workspace_use_key(LogId, std::string_view id) const override {
    return "workspace " + std::string{id};
  }

  [[nodiscard]] std::string pool_groups_key(LogId, StreamId pool) const override {
    return "groups " + pool.text();
  }

  [[nodiscard]] std::string pool_folded_key(LogId, StreamId pool) const override {
    return "folded " + pool.text();
  }

  [[nodiscard]] std::string group_content_key(LogId, StreamId group) const override {
    return "content " + group.text();
  }
};

class MemoryStates final : public StateReader {
 public:
  Result<const AnyState*> find(const StateAddress& address) override {
    const auto found = states_.find(address);
    const bool there = found != states_.end() && has_rows(found->second);
    return there ? &found->second : nullptr;
  }

  Result<Counters> counters(const std::string& key) override {
    Counters sum{};
    for (const auto& [address, state] : states_) {
      if (exists(state)) {
        sum[0] += amount(key, state);
        const auto* group = std::get_if<GroupState>(&state);
        sum[1] += group != nullptr && key == views_.group_content_key({}, group->parent) ? 1 : 0;
        if (group != nullptr && key == views_.pool_groups_key({}, group->pool)) {
          sum[1] += static_cast<std::int64_t>(raw(group->head.last));
        }
      }
    }
    return sum;
  }

  [[nodiscard]] const Views& views() const override { return views_; }

  void fold(const Fact& fact, Micros time) {
    AnyState& state = states_[fact.address];
    if (!std::holds_alternative<std::monostate>(state) && !has_rows(state)) {
      state = AnyState{};
    }
    if (std::holds_alternative<std::monostate>(state) && fact.ended) {
      state = *fact.ended;
    }
    const bool begins = std::holds_alternative<std::monostate>(state);
    EventMeta meta;
    meta.log = fact.address.log;
    meta.time = time;
    meta.stream = fact.stream;
    meta.position = Position{positions_++};
    meta.revision = Revision{begins ? 1 : raw(head_of(state).revision) + 1};
    for (const SealedSegment& segment : fact.draft.segments) {
      check(segment.subject == fact.stream, "a segment of another stream");
      meta.slot = segment.slot;
    }
    check(begins || head_of(state).stream == fact.stream, "a fact of another stream");
    evolve(state, meta, fact.draft.event);
    if (has_rows(state) && address_of(state, fact.address.log) != fact.address) {
      states_[address_of(state, fact.address.log)] = std::move(state);
      states_.erase(fact.address);
    }
  }

 private:
  std::int64_t amount(const std::string& key, const AnyState& state) const {
    if (const auto* user = std::get_if<UserState>(&state)) {
      return (key == views_.pool_count_key({}, user->pool) ? 1 : 0) +
             (user->keys_folded && key == views_.pool_folded_key({}, user->pool) ? 1 : 0) +
             std::ranges::count_if(user->groups,
                                   [&](const Membership& held) {
                                     return key == views_.group_content_key({}, held.group);
                                   }) +
             uses(key, user->payload_schema_id, user->metadata_schema_id);
    }
    if (const auto* group = std::get_if<GroupState>(&state)) {
      return key == views_.pool_groups_key({}, group->pool) ? 1 : 0;
    }
    if (const auto* pool = std::get_if<PoolState>(&state)) {
      return uses(key, pool->payload_schema_id, pool->metadata_schema_id);
    }
    return 0;
  }

  std::int64_t uses(const std::string& key,
                    const std::string& payload,
                    const std::string& metadata) const {
    return (key == views_.schema_use_key({}, payload) ? 1 : 0) +
           (key == views_.schema_use_key({}, metadata) ? 1 : 0);
  }

  std::map<StateAddress, AnyState> states_;
  std::uint64_t positions_ = 0;
  CountKeys views_;
};

class Story {
 public:
  Decision decided;  // by the last command

  DomainPorts ports() { return {sealer_, entropy_, clock_}; }

  /// A command that must work.
  void given(const Result<Decide>& command) {
    const std::string outcome = when(command);
    check(outcome.find("refused") == std::string::npos, outcome);
  }

  /// Decides and folds. "user.created, ..." or "nothing" or "refused: rule /pointer:rule ...".
  std::string when(const Result<Decide>& command) {
    if (!command) {
      return refusal(command.error());
    }
    Result<Decision> decision = (*command)(states, clock_.now());
    if (!decision) {
      return refusal(decision.error());
    }
    decided = *std::move(decision);
    std::string text;
    for (const Fact& fact : decided.facts) {
      states.fold(fact, clock_.now());
      text += (text.empty() ? "" : ", ") + std::string{name_of(fact.draft.event).name};
    }
    return text.empty() ? "nothing" : text;
  }

  /// A copy of the state; it must be there.
  template <class State>
  State read(Aggregate aggregate, const std::string& id, StreamId pool = {}) {
    const auto found = states.get<State>({log, aggregate, pool, id});
    check(found.has_value() && *found != nullptr, "there is no such state: " + id);
    return **found;
  }

  template <class Event>
  const Event& fact(std::size_t index) const {
    return std::get<Event>(decided.facts.at(index).draft.event);
  }

  void wait(std::int64_t micros) { clock_.time = Micros{raw(clock_.time) + micros}; }

  [[nodiscard]] Micros now() const { return clock_.time; }

  [[nodiscard]] std::uint32_t slots() const { return sealer_.slots(); }

  static constexpr LogId log{7};
  MemoryStates states;

 private:
  static std::string refusal(const Failure& failure) {
    std::string text = "refused: " + failure.rule;
    for (const Fault& fault : failure.faults) {
      text += " " + fault.pointer + ":" + fault.rule;
    }
    return text;
  }

  TestSealer sealer_;
  CountingEntropy entropy_;
  StoppedClock clock_;
};

}  // namespace muster
