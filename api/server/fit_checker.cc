#include "api/server/fit_checker.h"

#include <chrono>

#include "api/server/submit.h"
#include "engine/pools/schema_commands.h"

namespace muster {
namespace {

/// How soon a replaced schema begins to be checked.
constexpr std::chrono::milliseconds kPause{250};
/// How long it rests after a check that failed: each reads all users again.
constexpr std::chrono::milliseconds kPauseAfterFailure{60'000};

}  // namespace

FitChecker::FitChecker(const Published& published,
                       const Directory& lists,
                       const SchemaTrial& trial,
                       CompiledSchemas& schemas,
                       CommandSink& commands)
    : published_{published}, lists_{lists}, trial_{trial}, schemas_{schemas}, commands_{commands} {
  thread_.start("fit checker", [this] { work(); });
}

void FitChecker::work() {
  std::uint64_t seen = ~0ULL;
  std::chrono::milliseconds pause = kPause;
  while (thread_.sleep(pause)) {
    const auto point = published_.now();
    if (point->states_version == seen) {
      continue;
    }
    const auto checked = check_all(*point);
    seen = checked ? point->states_version : seen;
    pause = checked ? kPause : kPauseAfterFailure;
  }
}

Result<void> FitChecker::check_all(const ReadPoint& point) {
  MUSTER_TRY(const auto tenants, lists_.list_tenants(point));
  Result<void> outcome;
  for (const TenantState& tenant : tenants) {
    MUSTER_TRY(const auto schemas, lists_.list_unchecked_schemas(point, tenant.log));
    for (const SchemaState& schema : schemas) {
      if (thread_.stopping()) {
        return outcome;
      }
      // One that cannot be checked does not keep others from it.
      if (auto checked = check(point, tenant.log, schema); !checked) {
        outcome = std::move(checked);
      }
    }
  }
  return outcome;
}

Result<bool> FitChecker::compare_users(LogId log,
                                       const SchemaState& schema,
                                       const SchemaWithRevision& compiled) {
  std::vector<CheckFit::Who> changed;
  Result<void> outcome;
  const auto submit = [&] {
    if (changed.empty() || !outcome) {
      return;
    }
    auto decide = prepare_check_fit({log, compiled, std::move(changed)});
    changed.clear();
    const auto done = decide ? submit_and_wait(commands_, log, std::move(*decide))
                             : Result<Accepted>{decide.error()};
    if (!done) {
      outcome = done.error();
    }
  };
  SchemaTrial::Listener listener;
  listener.tried = [&](const TriedUser& user) {
    // Most users fit and did before; only the others are worth a closer look.
    if (user.misfits.empty() && user.row.find(R"("unfit":[)") == std::string_view::npos) {
      return;
    }
    const auto state = decode_user_row(user.pool.head.stream, user.row);
    if (!state) {
      outcome = state.error();
      return;
    }
    if (unfit_after(*state, schema.id, *compiled.compiled) == state->unfit) {
      return;
    }
    changed.push_back({user.pool.id, std::string{user.id}});
    if (changed.size() == kFitStepMax) {
      submit();
    }
  };
  listener.go_on = [&](std::uint64_t) {
    submit();
    return outcome.has_value() && !thread_.stopping();
  };
  MUSTER_TRY(const bool finished, trial_.run(log, schema.id, *compiled.compiled, listener));
  submit();
  MUSTER_CHECKED(outcome);
  return finished;
}

Result<void> FitChecker::check(const ReadPoint& point, LogId log, const SchemaState& schema) {
  MUSTER_TRY(const auto compiled, schemas_.find(point, log, schema.id));
  if (!compiled || compiled->revision != schema.head.revision) {
    return {};  // replaced again; that one is checked
  }
  MUSTER_TRY(const std::int64_t uses, lists_.schema_uses(point, log, schema.id));
  bool finished = true;
  if (uses > 0) {
    MUSTER_TRY(finished, compare_users(log, schema, *compiled));
  }
  if (finished) {
    MUSTER_TRY(Decide decide, prepare_finish_fit_check({log, schema.id, schema.version}));
    MUSTER_CHECKED(submit_and_wait(commands_, log, std::move(decide)));
  }
  return {};
}

}  // namespace muster
