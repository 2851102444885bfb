#include "api/server/metrics.h"

#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "api/http/server.h"
#include "api/server/deliveries.h"
#include "api/server/instance.h"
#include "engine/build/version.h"

namespace muster {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class Collector {
 public:
  void counter(const std::string& name, const std::string& help, std::uint64_t value) {
    add(name, help, MetricType::Counter, value, {});
  }

  void gauge(const std::string& name, const std::string& help, std::uint64_t value) {
    add(name, help, MetricType::Gauge, value, {});
  }

  void add(const std::string& name,
           const std::string& help,
           MetricType type,
           std::uint64_t value,
           std::vector<ClientMetric::Label> labels) {
    if (families_.empty() || families_.back().name != name) {
      MetricFamily family;
      family.name = name;
      family.help = help;
      family.type = type;
      families_.push_back(std::move(family));
    }
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = static_cast<double>(value);
    metric.gauge.value = static_cast<double>(value);
    families_.back().metric.push_back(std::move(metric));
  }

  [[nodiscard]] std::string text() const {
    return prometheus::TextSerializer{}.Serialize(families_);
  }

 private:
  std::vector<MetricFamily> families_;
};

void collect_http(Collector& collector, const Server& server) {
  const HttpCounters http = server.counters();
  collector.gauge("muster_http_connections", "Open connections.", http.connections);
  collector.counter("muster_http_accepted_total", "Accepted connections.", http.accepted);
  collector.counter("muster_http_refused_total", "Refused connections.", http.refused);
  collector.counter("muster_http_malformed_total", "Unreadable requests.", http.malformed);
  collector.counter("muster_http_timeouts_total", "Requests that came too slowly.", http.timeouts);
  collector.counter("muster_http_received_bytes_total", "Bytes received.", http.bytes_in);
  collector.counter("muster_http_sent_bytes_total", "Bytes sent.", http.bytes_out);
  for (std::size_t status_class = 1; status_class < http.answers.size(); ++status_class) {
    ClientMetric::Label label;
    label.name = "code";
    label.value = std::to_string(status_class) + "xx";
    collector.add("muster_http_responses_total",
                  "Answers by status class.",
                  MetricType::Counter,
                  http.answers[status_class],
                  {label});
  }
}

void collect_log(Collector& collector, Instance& instance) {
  const auto point = instance.published().now();
  collector.counter("muster_groups_published_total",
                    "Groups made durable since the directory was made.",
                    point->group);
  collector.gauge(
      "muster_commands_waiting", "Commands in the queue.", instance.sequencer().waiting());
  if (point->sizes) {
    for (const LogSize& log : *point->sizes) {
      ClientMetric::Label label;
      label.name = "log";
      label.value = std::to_string(raw(log.log));
      collector.add("muster_log_events", "Events of a log.", MetricType::Gauge, log.size, {label});
    }
  }
}

void collect_followers(Collector& collector, const LogFollowers& followers) {
  collector.gauge("muster_feed_consumers", "Who follows a log.", followers.places());
  collector.counter("muster_feed_reads_total",
                    "Stretches of logs read for those who follow.",
                    followers.stretches_read());
}

void collect_webhooks(Collector& collector, const Deliveries& deliveries) {
  const auto all = deliveries.status();
  const auto add = [&](const std::string& name,
                       const std::string& help,
                       MetricType type,
                       std::uint64_t (*value)(const DeliveryStatus&)) {
    for (const DeliveryStatus& one : all) {
      ClientMetric::Label log;
      log.name = "log";
      log.value = std::to_string(raw(one.log));
      ClientMetric::Label webhook;
      webhook.name = "webhook";
      webhook.value = one.id;
      collector.add(name, help, type, value(one), {log, webhook});
    }
  };
  add("muster_webhook_lag",
      "Positions a webhook is behind.",
      MetricType::Gauge,
      [](const DeliveryStatus& one) { return one.lag; });
  add("muster_webhook_attempts_total",
      "Deliveries that were tried.",
      MetricType::Counter,
      [](const DeliveryStatus& one) { return one.attempts; });
  add("muster_webhook_delivered_total",
      "Deliveries that were taken.",
      MetricType::Counter,
      [](const DeliveryStatus& one) { return one.delivered; });
  add("muster_webhook_dead_letters",
      "Events that were put aside.",
      MetricType::Gauge,
      [](const DeliveryStatus& one) { return one.dead_letters; });
  add("muster_webhook_stopped",
      "1 when a webhook does not go on.",
      MetricType::Gauge,
      [](const DeliveryStatus& one) { return std::uint64_t{one.stopped.empty() ? 0U : 1U}; });
}

void collect_store(Collector& collector, const Kv& kv) {
  const KvStats stats = kv.stats();
  collector.gauge("muster_store_table_bytes", "Bytes in tables.", stats.table_bytes);
  collector.gauge("muster_store_wal_bytes", "Bytes in the write-ahead log.", stats.wal_bytes);
  collector.gauge("muster_store_memtable_bytes", "Bytes in memory.", stats.memtable_bytes);
  collector.gauge(
      "muster_store_block_cache_bytes", "Bytes of cached blocks.", stats.block_cache_bytes);
  collector.gauge("muster_store_pending_compaction_bytes",
                  "Bytes that wait for compaction.",
                  stats.pending_compaction_bytes);
  collector.gauge(
      "muster_store_background_errors", "Errors of background work.", stats.background_errors);
  collector.gauge(
      "muster_store_writes_stopped", "1 while writes are stalled.", stats.writes_stopped ? 1 : 0);
}

void collect_scrub(Collector& collector, const ScrubService& scrub) {
  const ScrubStatus status = scrub.scrubber().status();
  collector.gauge("muster_scrub_on", "1 while the scrub works.", scrub.is_on() ? 1 : 0);
  collector.counter("muster_scrub_passes_total", "Whole passes of the scrub.", status.pass - 1);
  collector.gauge("muster_scrub_oldest_unchecked_seconds",
                  "No byte was looked at longer ago than this.",
                  status.oldest_unchecked_seconds);
  collector.gauge(
      "muster_scrub_bytes_per_second", "How fast the scrub reads.", status.bytes_per_second);
  collector.counter("muster_scrub_findings_total",
                    "Damages found since the process began.",
                    status.findings_total);
  const auto each =
      [&](const std::string& name, const std::string& help, MetricType type, auto value_of) {
        for (const ScrubPartStatus& part : status.parts) {
          ClientMetric::Label label;
          label.name = "part";
          label.value = part.name;
          collector.add(name, help, type, value_of(part), {label});
        }
      };
  each("muster_scrub_checked_bytes_total",
       "Bytes looked at since the process began.",
       MetricType::Counter,
       [](const ScrubPartStatus& part) { return part.checked_bytes; });
  each("muster_scrub_coverage_percent",
       "How much of the part this pass has looked at.",
       MetricType::Gauge,
       [](const ScrubPartStatus& part) { return static_cast<std::uint64_t>(part.coverage * 100); });
  each("muster_scrub_findings",
       "Damages that stand.",
       MetricType::Gauge,
       [](const ScrubPartStatus& part) { return part.findings; });
}

void collect_backup(Collector& collector, const BackupService& backups) {
  const auto newest = backups.newest();
  collector.gauge("muster_backup_taken_seconds",
                  "When this process took its newest backup, in seconds since 1970; 0: none.",
                  newest ? static_cast<std::uint64_t>(raw(*newest) / 1'000'000) : 0);
  collector.counter("muster_backup_failures_total",
                    "Backups that this process could not take.",
                    backups.failures());
}

}  // namespace

std::string render_metrics(Instance* instance, const Server* server) {
  Collector collector;
  ClientMetric::Label version;
  version.name = "version";
  version.value = std::string{kVersion};
  collector.add("muster_build_info", "The program.", MetricType::Gauge, 1, {version});
  if (server != nullptr) {
    collect_http(collector, *server);
  }
  if (instance != nullptr) {
    collect_log(collector, *instance);
    collect_followers(collector, instance->followers());
    if (const Deliveries* deliveries = instance->services().deliveries) {
      collect_webhooks(collector, *deliveries);
    }
    collect_store(collector, instance->directory().kv());
    collect_scrub(collector, instance->scrub());
    collect_backup(collector, instance->backups());
  }
  return collector.text();
}

}  // namespace muster
