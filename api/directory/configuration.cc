#include "api/directory/configuration.h"

#include "api/directory/dump_body.h"
#include "api/directory/export.h"
#include "api/directory/fields.h"
#include "api/directory/handlers.h"
#include "api/server/compiled_schemas.h"

namespace muster {

Tenancy tenancy_of(const Context& context) {
  return {context.services, context.log(), std::string{context.tenant()}, context.attempt};
}

Result<Decide> prepare_dump(const Tenancy& tenancy,
                            std::shared_ptr<const ReadPoint> point,
                            Dump dump,
                            DumpRemovals removals) {
  const Services& services = tenancy.services;
  const auto states = services.configuration.states(point);
  const auto find_schema = [&](const std::string& id) {
    return services.schemas.find(*point, tenancy.log, id);
  };
  const ImportPorts ports{
      services.domain, services.settings.pools, find_schema, tenancy.attempt >= kAttemptsInPlace};
  return prepare_import(ports, *states, {tenancy.log, std::move(dump), std::move(removals)});
}

Result<Step> export_configuration(const Context& context) {
  MUSTER_TRY(Response response,
             export_response(context.services, context.log(), std::string{context.tenant()}));
  return Step{std::move(response)};
}

Result<Step> import_configuration(const Context& context) {
  MUSTER_TRY(const JsonDocument body, parse_body(context.request));
  const Services& services = context.services;
  MUSTER_TRY(
      Dump dump,
      read_dump(body.root(),
                {context.tenant(), false, services.domain.clock.now(), services.settings.pools}));
  Prepared prepared;
  MUSTER_TRY(
      prepared.decide,
      prepare_dump(tenancy_of(context), services.published.now(), std::move(dump), DumpRemovals{}));
  return Step{std::move(prepared)};
}

}  // namespace muster
