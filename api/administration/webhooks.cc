#include <array>

#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/directory/fields.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "api/server/deliveries.h"
#include "engine/administration/webhook_commands.h"
#include "engine/core/instant.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// Each costs the server a thread and a connection.
constexpr std::size_t kWebhooksOfTenantMax = 16;

Result<std::shared_ptr<const WebhookState>> find_webhook(const Context& context) {
  MUSTER_TRY(auto webhook,
             context.services.catalog.find_webhook(
                 context.point, context.log(), context.request.path_parameter("webhookID")));
  return webhook == nullptr ? Result<std::shared_ptr<const WebhookState>>{not_found("webhook")}
                            : Result<std::shared_ptr<const WebhookState>>{std::move(webhook)};
}

StateAddress webhook_address(const Context& context) {
  return {context.log(),
          Aggregate::kWebhook,
          {},
          std::string{context.request.path_parameter("webhookID")}};
}

std::string make_secret(Entropy& entropy) {
  std::array<std::uint8_t, 32> bytes{};
  entropy.fill(bytes);
  return std::string{kWebhookSecretPrefix} +
         to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Response webhook_response(const Context& context, const WebhookState& webhook) {
  std::string json;
  append_webhook(json, context.tenant(), webhook);
  if (!context.kept.empty()) {
    json.pop_back();
    json += R"(,"secret":)";
    append_json_string(json, context.kept);
    json += '}';
  }
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(context.point.epoch, webhook.head));
  if (!context.kept.empty()) {
    response.add_header("Cache-Control", "no-store");
  }
  return response;
}

struct WebhookBody {
  std::string id;
  std::string url;
  std::vector<std::string> types;
  std::string secret;
};

Result<WebhookBody> read_webhook(const Context& context) {
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  WebhookBody body{
      fields.text("id"), fields.required_text("url"), fields.texts("types"), fields.text("secret")};
  if (!context.services.settings.webhooks.allow_private && body.url.starts_with("http://")) {
    faults.values.add("/url", "url", "must be an https URL: what is delivered is not public");
  }
  MUSTER_CHECKED(faults.done());
  return body;
}

void append_letter(JsonWriter& writer, const DeadLetter& letter) {
  writer.begin_object();
  writer.member("epoch", letter.epoch);
  writer.member("position", letter.position);
  writer.member("attempts", letter.attempts);
  writer.member("given_up_at", to_rfc3339(Micros{letter.given_up}));
  writer.member("error", letter.error);
  writer.end_object();
}

std::string deliveries_document(const DeliveryStatus& status,
                                const std::vector<DeadLetter>& letters) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("next", status.next);
  writer.member("lag", status.lag);
  writer.member("attempts", status.attempts);
  writer.member("delivered", status.delivered);
  writer.member("failing", status.failing);
  writer.member("last_error", status.last_error);
  writer.member("stopped", status.stopped);
  writer.key("dead_letters");
  writer.begin_array();
  for (const DeadLetter& letter : letters) {
    append_letter(writer, letter);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

}  // namespace

Result<Step> list_webhooks(const Context& context) {
  MUSTER_TRY(const auto webhooks,
             context.services.directory.list_webhooks(context.point, context.log()));
  MUSTER_TRY(Response response,
             context.services.answers.json(list_document(
                 "webhooks", webhooks, [&](std::string& out, const WebhookState& webhook) {
                   append_webhook(out, context.tenant(), webhook);
                 })));
  return Step{std::move(response)};
}

Result<Step> create_webhook(const Context& context) {
  MUSTER_TRY(WebhookBody body, read_webhook(context));
  MUSTER_TRY(const auto present,
             context.services.directory.list_webhooks(context.point, context.log()));
  if (present.size() >= kWebhooksOfTenantMax) {
    return failure(Errc::kConflict, "too_many_webhooks", "a tenant has at most 16 webhooks");
  }
  Prepared prepared;
  if (body.secret.empty()) {
    prepared.kept = make_secret(context.services.domain.entropy);
    body.secret = prepared.kept;
  }
  MUSTER_TRY(prepared.decide,
             prepare_create_webhook(context.services.domain,
                                    {context.log(),
                                     std::move(body.id),
                                     std::move(body.url),
                                     std::move(body.types),
                                     std::move(body.secret)}));
  return Step{std::move(prepared)};
}

Result<Step> get_webhook(const Context& context) {
  MUSTER_TRY(const auto webhook, find_webhook(context));
  return Step{webhook_response(context, *webhook)};
}

Result<Step> replace_webhook(const Context& context) {
  MUSTER_TRY(WebhookBody body, read_webhook(context));
  Prepared prepared;
  prepared.precondition = webhook_address(context);
  MUSTER_TRY(
      prepared.decide,
      prepare_replace_webhook(
          context.services.domain,
          {context.log(), prepared.precondition->id, std::move(body.url), std::move(body.types)}));
  return Step{std::move(prepared)};
}

Result<Step> delete_webhook(const Context& context) {
  Prepared prepared;
  prepared.precondition = webhook_address(context);
  MUSTER_TRY(prepared.decide, prepare_delete_webhook({context.log(), prepared.precondition->id}));
  return Step{std::move(prepared)};
}

Result<Step> get_deliveries(const Context& context) {
  MUSTER_TRY(const auto webhook, find_webhook(context));
  const Deliveries* deliveries = context.services.deliveries;
  const StreamId stream = webhook->head.stream;
  DeliveryStatus status = deliveries == nullptr ? DeliveryStatus{} : deliveries->status_of(stream);
  if (status.id.empty()) {
    // Its deliveries have not begun.
    status.next = webhook->since + 1;
    status.lag = context.point.size_of(context.log()) - status.next;
  }
  Response response = json_response(deliveries_document(
      status,
      deliveries == nullptr ? std::vector<DeadLetter>{} : deliveries->dead_letters(stream)));
  response.add_header("Cache-Control", "no-store");
  return Step{std::move(response)};
}

Result<Step> redeliver(const Context& context) {
  MUSTER_TRY(const auto webhook, find_webhook(context));
  std::size_t count = 0;
  if (context.services.deliveries != nullptr) {
    MUSTER_TRY(count, context.services.deliveries->redeliver(webhook->head.stream));
  }
  return Step{json_response("{\"redelivers\":" + std::to_string(count) + "}", 202)};
}

Result<Response> answer_webhook(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const WebhookState webhook, state_after<WebhookState>(context, accepted));
  return webhook_response(context, webhook);
}

Result<Response> answer_new_webhook(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_webhook(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
