/// Any aggregate's state, and the one function that folds an event into it.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <variant>

#include "engine/events/all.h"
#include "engine/state/administration.h"
#include "engine/state/directory.h"
#include "engine/state/user.h"
#include "engine/state/webhook.h"

namespace muster {

using AnyState = std::variant<std::monostate,
                              TenantState,
                              WorkspaceState,
                              ClientState,
                              SigningKeyState,
                              SchemaState,
                              PoolState,
                              UserState,
                              GroupState,
                              WebhookState>;

/// Kinds of aggregates. The letter is part of keys on disk and never changes.
enum class Aggregate : char {
  kTenant = 't',
  kWorkspace = 'w',
  kClient = 'c',
  kSigningKey = 'k',
  kWebhook = 'x',
  kSchema = 's',
  kPool = 'p',
  kDeletedPool = 'd',  // a pool whose users are being removed; its id is its stream
  kUser = 'u',
  kErasedUser = 'e',  // a user who was erased: nothing personal is left; its id is its stream
  kGroup = 'g',
  kDeletedGroup = 'h',  // a group whose members are being removed; its id is its stream
};

/// How a caller names an aggregate: by its id inside its log, users and groups also by their pool.
struct StateAddress {
  LogId log{};
  Aggregate aggregate{};
  StreamId pool;  // of users and groups; nil for the rest
  std::string id;

  auto operator<=>(const StateAddress&) const = default;
};

/// Folds one event into a state. A stream begins with std::monostate. Total: a fact cannot be
/// refused; an event of another aggregate is a bug and stops the process.
void evolve(AnyState& state, const EventMeta& meta, const AnyEvent& event);

/// Head of any state; must not be empty.
const StreamHead& head_of(const AnyState& state);
/// False for the empty state and for one whose aggregate was deleted.
bool exists(const AnyState& state);
/// Whether the state has rows: it exists, or is that of an erased user, which stays for ever so
/// that nobody is erased twice and everybody can ask for the certificate.
bool has_rows(const AnyState& state);
/// The address under which the state is stored now; must not be empty.
StateAddress address_of(const AnyState& state, LogId log);

}  // namespace muster

template <>
struct std::hash<muster::StateAddress> {
  std::size_t operator()(const muster::StateAddress& address) const noexcept {
    const auto mix = [](std::size_t seed, std::size_t value) {
      return seed ^ (value + 0x9E3779B97F4A7C15U + (seed << 6U) + (seed >> 2U));
    };
    std::size_t seed = std::hash<std::string>{}(address.id);
    seed = mix(seed, std::hash<muster::StreamId>{}(address.pool));
    return mix(seed,
               static_cast<std::size_t>(muster::raw(address.log)) * 256 +
                   static_cast<std::size_t>(address.aggregate));
  }
};
