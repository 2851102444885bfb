/// State of webhooks.
#pragma once

#include "engine/events/webhook_events.h"
#include "engine/state/stream_head.h"

namespace muster {

struct WebhookState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string url;
  std::vector<std::string> types;
  std::string secret;
  std::uint64_t since = 0;  // position of its first event: nothing before it is delivered
  Micros created{};
  Micros updated{};

  bool operator==(const WebhookState&) const = default;
  using Events = EventList<WebhookCreated, WebhookReplaced, WebhookDeleted>;

  static constexpr auto describe() {
    return record(field("id", &WebhookState::id, ""),
                  field("url", &WebhookState::url, ""),
                  field("types", &WebhookState::types, ""),
                  field("secret", &WebhookState::secret, "", Privacy::kSecret),
                  field("since", &WebhookState::since, ""),
                  field("created", &WebhookState::created, ""),
                  field("updated", &WebhookState::updated, ""));
  }
};

void evolve(WebhookState& state, const EventMeta& meta, const WebhookCreated& event);
void evolve(WebhookState& state, const EventMeta& meta, const WebhookReplaced& event);
void evolve(WebhookState& state, const EventMeta& meta, const WebhookDeleted& event);

}  // namespace muster
