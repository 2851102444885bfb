#include "engine/state/webhook.h"

namespace muster {

void evolve(WebhookState& state, const EventMeta& meta, const WebhookCreated& event) {
  state.id = event.id;
  state.url = event.url;
  state.types = event.types;
  state.secret = event.secret;
  state.since = raw(meta.position);
  state.created = to_whole_milliseconds(meta.time);
  state.updated = state.created;
}

void evolve(WebhookState& state, const EventMeta& meta, const WebhookReplaced& event) {
  state.url = event.url;
  state.types = event.types;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(WebhookState& state, const EventMeta&, const WebhookDeleted&) {
  state.gone = true;
}

}  // namespace muster
