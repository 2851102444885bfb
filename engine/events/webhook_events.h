/// Events of webhooks: where a tenant's events are delivered.
#pragma once

#include "engine/events/describe.h"

namespace muster {

struct WebhookCreated {
  std::string id;
  std::string url;
  std::vector<std::string> types;
  std::string secret;

  bool operator==(const WebhookCreated&) const = default;

  static constexpr auto describe() {
    return event({"webhook.created",
                  EventCode{14},
                  EventVersion{1},
                  "Events of the tenant that come from now on are delivered to a URL."},
                 field("id", &WebhookCreated::id, "The webhook's id in URLs."),
                 field("url", &WebhookCreated::url, "Where events are sent."),
                 field("types",
                       &WebhookCreated::types,
                       "Names of events or aggregates that are sent; none: all."),
                 field("secret",
                       &WebhookCreated::secret,
                       "The key that signs deliveries, `whsec_` and base64.",
                       Privacy::kSecret));
  }
};

struct WebhookReplaced {
  std::string url;
  std::vector<std::string> types;

  bool operator==(const WebhookReplaced&) const = default;

  static constexpr auto describe() {
    return event({"webhook.replaced",
                  EventCode{15},
                  EventVersion{1},
                  "The webhook's target and choice of events were replaced as a whole."},
                 field("url", &WebhookReplaced::url, "Where events are sent from now on."),
                 field("types",
                       &WebhookReplaced::types,
                       "Names of events or aggregates that are sent; none: all."));
  }
};

struct WebhookDeleted {
  bool operator==(const WebhookDeleted&) const = default;

  static constexpr auto describe() {
    return event({"webhook.deleted",
                  EventCode{16},
                  EventVersion{1},
                  "Nothing is delivered to the webhook any more."});
  }
};

}  // namespace muster
