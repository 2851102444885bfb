#include "engine/state/state.h"

#include "engine/core/check.h"

namespace muster {
namespace {

template <class Event, class List>
inline constexpr bool kHears = false;
template <class Event, class... Events>
inline constexpr bool kHears<Event, EventList<Events...>> = (std::is_same_v<Event, Events> || ...);

/// The state whose list names the event; exactly one does.
template <class Event, class... States>
struct OwnerAmong;

template <class Event, class State, class... Rest>
struct OwnerAmong<Event, State, Rest...> : std::conditional_t<kHears<Event, typename State::Events>,
                                                              std::type_identity<State>,
                                                              OwnerAmong<Event, Rest...>> {};

template <class Event, class Variant>
struct OwnerIn;

template <class Event, class... States>
struct OwnerIn<Event, std::variant<std::monostate, States...>> : OwnerAmong<Event, States...> {
  static_assert((int{kHears<Event, typename States::Events>} + ...) == 1,
                "every event belongs to exactly one aggregate");
};

struct AddressOf {
  LogId log;

  StateAddress make(Aggregate aggregate, const std::string& id, StreamId pool = {}) const {
    return {log, aggregate, pool, id};
  }

  StateAddress operator()(const std::monostate&) const {
    check(false, "an empty state has no address");
    return {};
  }

  StateAddress operator()(const TenantState& state) const {
    return make(Aggregate::kTenant, state.id);
  }

  StateAddress operator()(const WorkspaceState& state) const {
    return make(Aggregate::kWorkspace, state.id);
  }

  StateAddress operator()(const ClientState& state) const {
    return make(Aggregate::kClient, state.id);
  }

  StateAddress operator()(const SigningKeyState& state) const {
    return make(Aggregate::kSigningKey, state.id);
  }

  StateAddress operator()(const WebhookState& state) const {
    return make(Aggregate::kWebhook, state.id);
  }

  StateAddress operator()(const SchemaState& state) const {
    return make(Aggregate::kSchema, state.id);
  }

  StateAddress operator()(const PoolState& state) const {
    return state.deleting ? make(Aggregate::kDeletedPool, state.head.stream.text())
                          : make(Aggregate::kPool, state.id);
  }

  StateAddress operator()(const UserState& state) const {
    return state.erased ? make(Aggregate::kErasedUser, state.head.stream.text())
                        : make(Aggregate::kUser, state.id, state.pool);
  }

  StateAddress operator()(const GroupState& state) const {
    return state.deleting ? make(Aggregate::kDeletedGroup, state.head.stream.text())
                          : make(Aggregate::kGroup, state.id, state.pool);
  }
};

}  // namespace

void evolve(AnyState& state, const EventMeta& meta, const AnyEvent& event) {
  std::visit(
      [&]<class Event>(const Event& concrete) {
        using State = typename OwnerIn<Event, AnyState>::type;
        if (std::holds_alternative<std::monostate>(state)) {
          state.emplace<State>().head.first = meta.position;
        }
        State* owner = std::get_if<State>(&state);
        check(owner != nullptr, "an event was folded into the state of another aggregate");
        evolve(*owner, meta, concrete);
        StreamHead& head = owner->head;
        head.stream = meta.stream;
        head.revision = meta.revision;
        if constexpr (!requires { Event::kUnseen; }) {
          head.shown = meta.revision;
        }
        head.last = meta.position;
        head.last_leaf = meta.leaf;
        head.slot = raw(meta.slot) != 0 ? meta.slot : head.slot;
      },
      event);
}

const StreamHead& head_of(const AnyState& state) {
  static const StreamHead kNone;
  return std::visit(
      []<class State>(const State& concrete) -> const StreamHead& {
        if constexpr (std::is_same_v<State, std::monostate>) {
          check(false, "an empty state has no head");
          return kNone;
        } else {
          return concrete.head;
        }
      },
      state);
}

bool exists(const AnyState& state) {
  return std::visit(
      []<class State>(const State& concrete) {
        if constexpr (std::is_same_v<State, std::monostate>) {
          return false;
        } else {
          return !concrete.gone;
        }
      },
      state);
}

bool has_rows(const AnyState& state) {
  const auto* user = std::get_if<UserState>(&state);
  return exists(state) || (user != nullptr && user->erased);
}

StateAddress address_of(const AnyState& state, LogId log) {
  return std::visit(AddressOf{log}, state);
}

}  // namespace muster
