/// THE list of events. A new event is one struct and one word here.
#pragma once

#include <algorithm>
#include <array>
#include <variant>

#include "engine/events/directory_events.h"
#include "engine/events/group_events.h"
#include "engine/events/system_events.h"
#include "engine/events/user_events.h"
#include "engine/events/webhook_events.h"

namespace muster {

using AllEvents = EventList<TenantCreated,
                            WorkspaceCreated,
                            WorkspaceReplaced,
                            WorkspaceDeleted,
                            ClientCreated,
                            ClientSecretRotated,
                            ClientRolesReplaced,
                            ClientDeleted,
                            ClientHistoryRead,
                            SigningKeyCreated,
                            WebhookCreated,
                            WebhookReplaced,
                            WebhookDeleted,
                            SchemaCreated,
                            SchemaReplaced,
                            SchemaFitChecked,
                            SchemaDeleted,
                            PoolCreated,
                            PoolReplaced,
                            PoolConnected,
                            PoolDisconnected,
                            PoolDeleted,
                            PoolEmptied,
                            PoolFoldingStarted,
                            PoolFoldingFinished,
                            PoolFoldingCancelled,
                            PoolFoldingUndone,
                            GroupCreated,
                            GroupReplaced,
                            GroupDeleted,
                            GroupEmptied,
                            UserCreated,
                            UserPayloadReplaced,
                            UserMetadataReplaced,
                            UserBusinessMetadataReplaced,
                            UserStatusChanged,
                            UserIdentifierAdded,
                            UserIdentifierRemoved,
                            UserAddressAdded,
                            UserAddressUpdated,
                            UserAddressRemoved,
                            UserCredentialSet,
                            UserCredentialStateChanged,
                            UserCredentialRemoved,
                            UserGroupJoined,
                            UserGroupLeft,
                            UserRolesReplaced,
                            UserFitChecked,
                            UserKeysFolded,
                            UserKeysUnfolded,
                            UserDeleted,
                            UserErased,
                            UserErasureCertified>;

/// Codes that were used once. Bytes with them exist somewhere, so they never come back.
inline constexpr std::array<EventCode, 0> kRetiredEventCodes{};

template <class... Events>
std::variant<Events...> variant_of(EventList<Events...>);
using AnyEvent = decltype(variant_of(AllEvents{}));

template <class... Events, std::size_t N>
consteval bool codes_are_unique(EventList<Events...>, const std::array<EventCode, N>& retired) {
  std::array<EventCode, sizeof...(Events) + N> codes{};
  auto next = codes.begin();
  ((*next++ = Events::describe().event.code), ...);
  std::ranges::copy(retired, next);
  std::ranges::sort(codes);
  return std::ranges::adjacent_find(codes) == codes.end();
}

template <class... Events>
consteval bool names_are_unique(EventList<Events...>) {
  std::array<std::string_view, sizeof...(Events)> names{Events::describe().event.name...};
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

static_assert(codes_are_unique(AllEvents{}, kRetiredEventCodes));
static_assert(names_are_unique(AllEvents{}));

}  // namespace muster
