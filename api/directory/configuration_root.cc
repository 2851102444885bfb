/// Configurations of any tenant, for callers of the root.
#include <set>

#include "api/directory/configuration.h"
#include "api/directory/dump_body.h"
#include "api/directory/export.h"
#include "api/directory/fields.h"
#include "api/directory/handlers.h"
#include "api/server/bootstrap.h"
#include "api/server/submit.h"

namespace muster {
namespace {

Result<Tenancy> find_tenancy(const Context& context, const std::string& id) {
  MUSTER_TRY(const auto tenant, context.services.catalog.find_tenant(context.point, id));
  if (!tenant) {
    return not_found("tenant");
  }
  return Tenancy{context.services, tenant->log, tenant->id, 0};
}

/// `tid`, as the published file has it.
Result<Tenancy> asked_tenancy(const Context& context) {
  const std::string asked = context.request.query_parameter("tid").value_or("");
  return find_tenancy(context, asked.empty() ? std::string{kDefaultTenant} : asked);
}

/// Prepares and submits until it is not stale. Commands of the root lie in logs where its client
/// has no key, so what is personal about the request is not recorded.
template <class Prepare>
Result<void> carry_out(const Context& context, Tenancy tenancy, const Prepare& prepare) {
  for (;; ++tenancy.attempt) {
    MUSTER_TRY(Decide decide, prepare(tenancy));
    Command command;
    command.log = tenancy.log;
    command.origin.client = context.caller.client;
    command.origin.request_id = context.request.request_id;
    command.decide = std::move(decide);
    const auto outcome = submit_and_wait(context.services.commands, std::move(command));
    if (outcome) {
      return {};
    }
    if (outcome.error().code != Errc::kStale || tenancy.attempt >= kAttemptsInPlace) {
      return outcome.error();
    }
  }
}

/// The tenants of a document's entries; each entry must say its own.
Result<std::set<std::string>> tenants_in(JsonValue document) {
  std::set<std::string> tenants;
  BodyFaults faults;
  const Fields root{document, "", faults};
  for (const std::string_view list : kDumpListNames) {
    for (const Fields& entry : root.elements(list)) {
      tenants.insert(entry.required_text("tenant_id"));
    }
  }
  MUSTER_CHECKED(faults.done());
  return tenants;
}

DumpReading reading_of(const Tenancy& tenancy) {
  const Services& services = tenancy.services;
  return {tenancy.tenant, true, services.domain.clock.now(), services.settings.pools};
}

}  // namespace

Result<Step> export_any_configuration(const Context& context) {
  MUSTER_TRY(Tenancy tenancy, asked_tenancy(context));
  MUSTER_TRY(Response response,
             export_response(context.services, tenancy.log, std::move(tenancy.tenant)));
  return Step{std::move(response)};
}

Result<Step> import_any_configuration(const Context& context) {
  MUSTER_TRY(const JsonDocument body, parse_body(context.request));
  MUSTER_TRY(const auto tenants, tenants_in(body.root()));
  std::vector<Tenancy> all;
  for (const std::string& id : tenants) {
    auto tenancy = find_tenancy(context, id);
    if (!tenancy) {
      return failure(Errc::kInvalid, "tenant_not_found", "an entry is of an unknown tenant");
    }
    // What cannot be read is refused before anything is applied.
    MUSTER_CHECKED(read_dump(body.root(), reading_of(*tenancy)));
    all.push_back(*std::move(tenancy));
  }
  for (const Tenancy& tenancy : all) {
    MUSTER_CHECKED(carry_out(context, tenancy, [&](const Tenancy& attempt) -> Result<Decide> {
      MUSTER_TRY(Dump dump, read_dump(body.root(), reading_of(attempt)));
      return prepare_dump(
          attempt, context.services.published.now(), std::move(dump), DumpRemovals{});
    }));
  }
  return Step{empty_response()};
}

Result<Step> patch_any_configuration(const Context& context) {
  MUSTER_TRY(const Tenancy tenancy, asked_tenancy(context));
  const auto patched = carry_out(context, tenancy, [&](const Tenancy& attempt) {
    return prepare_patch(attempt, context.request);
  });
  if (!patched) {
    return refused_patch(patched.error());
  }
  return Step{empty_response()};
}

}  // namespace muster
