#include "api/server/management_routes.h"

#include <algorithm>

#include "api/http/problem.h"
#include "api/server/deliveries.h"
#include "api/server/metrics.h"
#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

Response health_answer(bool good, std::string_view status) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("status", status);
  writer.end_object();
  return json_response(std::move(json), good ? 200 : 503);
}

bool has_stopped_webhook(const Instance& instance) {
  const Deliveries* deliveries = instance.services().deliveries;
  if (deliveries == nullptr) {
    return false;
  }
  const auto all = deliveries->status();
  return std::ranges::any_of(all, [](const DeliveryStatus& one) { return !one.stopped.empty(); });
}

Response answer_ready(const ManagementSources& sources) {
  switch (sources.health.phase.load()) {
    case Phase::kStarting:
      return health_answer(false, "starting");
    case Phase::kDraining:
      return health_answer(false, "draining");
    case Phase::kServing:
      break;
  }
  Instance* instance = sources.instance();
  if (instance == nullptr) {
    return health_answer(false, "starting");
  }
  if (!instance->sequencer().clock_guard().check()) {
    return health_answer(true, "degraded: the clock jumped; writes wait for 'muster clock accept'");
  }
  if (!instance->directory().log().admits()) {
    return health_answer(true, "degraded: the disk is almost full; writes are refused");
  }
  if (instance->clock_is_behind()) {
    return health_answer(true, "degraded: the clock is behind the newest event");
  }
  if (!instance->scrub().scrubber().is_clean()) {
    return health_answer(true, "degraded: stored bytes are damaged; see GET /scrub");
  }
  if (has_stopped_webhook(*instance)) {
    return health_answer(true, "degraded: a webhook has stopped; its deliveries say why");
  }
  return health_answer(true, "ready");
}

Response starting(const Request& request) {
  return problem_details(
      failure(Errc::kUnavailable, "starting", "the directory is still being opened"),
      request.request_id);
}

Response answer_clock(const ManagementSources& sources, const Request& request) {
  Instance* instance = sources.instance();
  if (instance == nullptr) {
    return starting(request);
  }
  instance->sequencer().clock_guard().accept();
  return empty_response();
}

/// Who may read DIR/operator.json.
Result<void> check_operator(const ManagementSources& sources, const Request& request) {
  const std::string token = sources.operator_token();
  const std::string wanted = "Bearer " + token;
  if (token.empty() || !equal_in_constant_time(request.header("authorization"), wanted)) {
    return failure(Errc::kUnauthorized,
                   "operator_token_needed",
                   "this takes the token in operator.json of the data directory");
  }
  return {};
}

Result<BackupOrder> read_order(const Request& request) {
  MUSTER_TRY(const JsonDocument document, parse_json(request.body));
  const auto text = [&](std::string_view name) {
    const auto value = document.root().find(name);
    return std::string{value ? value->text().value_or(std::string_view{}) : std::string_view{}};
  };
  const auto speed = document.root().find("bytes_per_second");
  BackupOrder order{text("to"), text("keys_to"), 0};
  if (speed && speed->kind() == JsonKind::kInteger) {
    order.bytes_per_second = static_cast<std::uint64_t>(std::max<std::int64_t>(0, speed->as_int()));
  }
  return order;
}

Response start_backup(const ManagementSources& sources, const Request& request) {
  if (const auto allowed = check_operator(sources, request); !allowed) {
    return problem_details(allowed.error(), request.request_id);
  }
  Instance* instance = sources.instance();
  if (instance == nullptr) {
    return starting(request);
  }
  const auto order = read_order(request);
  const auto started = order ? instance->backups().start(*order) : Result<void>{order.error()};
  return started ? json_response(instance->backups().status(), 202)
                 : problem_details(started.error(), request.request_id);
}

Response answer_backup(const ManagementSources& sources, const Request& request) {
  if (const auto allowed = check_operator(sources, request); !allowed) {
    return problem_details(allowed.error(), request.request_id);
  }
  Instance* instance = sources.instance();
  return instance == nullptr ? starting(request) : json_response(instance->backups().status());
}

Response answer_scrub(const ManagementSources& sources, const Request& request) {
  Instance* instance = sources.instance();
  return instance == nullptr ? starting(request) : json_response(instance->scrub().status());
}

}  // namespace

void add_management_routes(Router& router, const ManagementSources& sources) {
  router.add(Method::kGet, "/health/live", "live", ImmediateHandler{[](const Request&) {
               return health_answer(true, "alive");
             }});
  router.add(
      Method::kGet, "/health/started", "started", ImmediateHandler{[&sources](const Request&) {
        const bool started = sources.health.phase.load() != Phase::kStarting;
        return health_answer(started, started ? "started" : "starting");
      }});
  router.add(Method::kGet, "/health/ready", "ready", ImmediateHandler{[&sources](const Request&) {
               return answer_ready(sources);
             }});
  router.add(Method::kGet, "/metrics", "metrics", ImmediateHandler{[&sources](const Request&) {
               return text_response(render_metrics(sources.instance(), sources.server()));
             }});
  router.add(
      Method::kPost, "/clock/accept", "acceptClock", ImmediateHandler{[&sources](const Request& r) {
        return answer_clock(sources, r);
      }});
  router.add(Method::kGet, "/scrub", "scrub", ImmediateHandler{[&sources](const Request& request) {
               return answer_scrub(sources, request);
             }});
  router.add(
      Method::kPost, "/backup", "startBackup", ImmediateHandler{[&sources](const Request& request) {
        return start_backup(sources, request);
      }});
  router.add(
      Method::kGet, "/backup", "backup", ImmediateHandler{[&sources](const Request& request) {
        return answer_backup(sources, request);
      }});
}

}  // namespace muster
