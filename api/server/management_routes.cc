#include "api/server/management_routes.h"

#include <algorithm>

#include "api/http/problem.h"
#include "api/server/deliveries.h"
#include "api/server/metrics.h"
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
  if (has_stopped_webhook(*instance)) {
    return health_answer(true, "degraded: a webhook has stopped; its deliveries say why");
  }
  return health_answer(true, "ready");
}

Response answer_clock(const ManagementSources& sources, const Request& request) {
  Instance* instance = sources.instance();
  if (instance == nullptr) {
    return problem_details(
        failure(Errc::kUnavailable, "starting", "the directory is still being opened"),
        request.request_id);
  }
  instance->sequencer().clock_guard().accept();
  return empty_response();
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
}

}  // namespace muster
