#include "api/administration/plan_document.h"

#include "engine/core/instant.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

std::string_view name_of(PlanStatus status) {
  switch (status) {
    case PlanStatus::kRunning:
      return "running";
    case PlanStatus::kDone:
      return "done";
    case PlanStatus::kCancelled:
      return "cancelled";
    case PlanStatus::kFailed:
      return "failed";
  }
  return "failed";
}

void number(JsonWriter& writer, std::string_view name, std::uint64_t value) {
  writer.member(name, static_cast<std::int64_t>(value));
}

template <class List, class Write>
void objects(JsonWriter& writer, std::string_view name, const List& list, const Write& write) {
  writer.key(name);
  writer.begin_array();
  for (const auto& element : list) {
    writer.begin_object();
    write(element);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

void append_plan(std::string& out, const PlanReport& plan) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", plan.id);
  writer.member("schema_id", plan.schema_id);
  number(writer, "schema_version", plan.schema_version);
  writer.member("status", name_of(plan.status));
  if (!plan.problem.empty()) {
    writer.member("problem", plan.problem);
  }
  writer.member("started_at", to_rfc3339(plan.started));
  if (raw(plan.ended) != 0) {
    writer.member("ended_at", to_rfc3339(plan.ended));
  }
  number(writer, "total", plan.total);
  number(writer, "examined", plan.examined);
  number(writer, "governed", plan.governed);
  number(writer, "unfit", plan.unfit);
  objects(writer, "pools", plan.pools, [&](const PlanReport::Pool& pool) {
    writer.member("id", pool.id);
    number(writer, "unfit", pool.unfit);
  });
  objects(writer, "rules", plan.rules, [&](const PlanReport::Rule& rule) {
    writer.member("value", rule.value);
    writer.member("pointer", rule.pointer);
    writer.member("keyword", rule.keyword);
    number(writer, "users", rule.users);
  });
  objects(writer, "examples", plan.examples, [&](const PlanReport::Example& example) {
    writer.member("pool_id", example.pool_id);
    writer.member("user_id", example.user_id);
    objects(writer, "faults", example.faults, [&](const Fault& fault) {
      writer.member("pointer", fault.pointer);
      writer.member("rule", fault.rule);
      writer.member("reason", fault.reason);
    });
  });
  writer.end_object();
}

}  // namespace muster
