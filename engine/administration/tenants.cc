#include "engine/administration/begin.h"
#include "engine/administration/commands.h"

namespace muster {
Result<Decide> prepare_create_tenant(const DomainPorts& ports, CreateTenant input) {
  Faults faults;
  check_id(faults, "/id", input.id);
  if (input.name.empty()) {
    input.name = input.id;
  }
  check_name(faults, "/name", input.name);
  if (input.log == kSystemLog) {
    faults.add("/log", "minimum", "log 0 is the system's own");
  }
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{kSystemLog, Aggregate::kTenant, {}, input.id};
  TenantCreated event{std::move(input.id), raw(input.log), std::move(input.name)};
  const StreamId stream = make_stream(ports);
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, kSystemLog, stream, Slot{0}, std::move(event)));
  return begin_stream({address, stream, std::move(draft)}, "tenant_id");
}

}  // namespace muster
