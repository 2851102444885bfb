#include <algorithm>
#include <memory>

#include "engine/administration/begin.h"
#include "engine/administration/webhook_commands.h"
#include "engine/core/bytes.h"

namespace muster {
namespace {

/// http or https with a host, and nothing that would not be sent: no user, no fragment.
bool is_target(std::string_view url) {
  const bool is_http = url.starts_with("http://");
  if ((!is_http && !url.starts_with("https://")) || url.size() > kWebhookUrlBytesMax) {
    return false;
  }
  const std::string_view rest = url.substr(is_http ? 7 : 8);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  return !authority.empty() && authority.find('@') == std::string_view::npos &&
         std::ranges::all_of(rest, [](char byte) {
           return byte > 0x20 && byte < 0x7F && byte != '#' && byte != '"' && byte != '<' &&
                  byte != '>' && byte != '\\';
         });
}

/// The name of an event, or of the aggregate that its name begins with.
bool is_type(std::string_view name) {
  return std::ranges::any_of(every_event(), [&](const EventInfo& info) {
    const std::string_view known = info.event.name;
    return known == name || known.substr(0, known.find('.')) == name;
  });
}

void check_target(Faults& faults, const std::string& url, const std::vector<std::string>& types) {
  if (!is_target(url)) {
    faults.add("/url", "url", "must be an https URL without user and fragment");
  }
  if (types.size() > kWebhookTypesMax) {
    faults.add("/types", "maxItems", "at most 64 types");
    return;
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!is_type(types[i])) {
      faults.add("/types/" + std::to_string(i), "type", "is no name of events");
    }
  }
}

bool is_secret(std::string_view secret) {
  if (!secret.starts_with(kWebhookSecretPrefix)) {
    return false;
  }
  const auto key = from_base64(secret.substr(kWebhookSecretPrefix.size()));
  return key && key->size() >= kWebhookKeyBytesMin && key->size() <= kWebhookKeyBytesMax;
}

}  // namespace

Result<Decide> prepare_create_webhook(const DomainPorts& ports, CreateWebhook input) {
  const StreamId stream = make_stream(ports);
  if (input.id.empty()) {
    input.id = stream.text();
  }
  Faults faults;
  check_id(faults, "/id", input.id);
  check_target(faults, input.url, input.types);
  if (!is_secret(input.secret)) {
    faults.add("/secret", "secret", "must be whsec_ and base64 of 24 to 64 bytes");
  }
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kWebhook, {}, input.id};
  MUSTER_TRY(const Slot slot, ports.sealer.reserve_slot(input.log));
  WebhookCreated event{
      std::move(input.id), std::move(input.url), std::move(input.types), std::move(input.secret)};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, slot, std::move(event)));
  return begin_stream({address, stream, std::move(draft)}, "webhook_id");
}

Result<Decide> prepare_replace_webhook(const DomainPorts& ports, ReplaceWebhook input) {
  Faults faults;
  check_target(faults, input.url, input.types);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kWebhook, {}, std::move(input.id)};
  WebhookReplaced replaced{std::move(input.url), std::move(input.types)};
  MUSTER_TRY(Draft made, make_draft(ports.sealer, input.log, {}, Slot{0}, std::move(replaced)));
  const auto draft = std::make_shared<const Draft>(std::move(made));
  return Decide{[address, draft](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const WebhookState* webhook, states.get<WebhookState>(address));
    if (webhook == nullptr) {
      return not_found("webhook");
    }
    const auto& event = std::get<WebhookReplaced>(draft->event);
    if (webhook->url == event.url && webhook->types == event.types) {
      return Decision{{}, address, {}};
    }
    return Decision{{Fact{address, webhook->head.stream, *draft}}, address, {}};
  }};
}

Result<Decide> prepare_delete_webhook(DeleteWebhook input) {
  const StateAddress address{input.log, Aggregate::kWebhook, {}, std::move(input.id)};
  return Decide{[address](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const WebhookState* webhook, states.get<WebhookState>(address));
    if (webhook == nullptr) {
      return not_found("webhook");
    }
    return Decision{
        {Fact{address, webhook->head.stream, open_draft(WebhookDeleted{})}}, address, {}};
  }};
}

}  // namespace muster
