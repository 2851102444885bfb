#include "engine/administration/begin.h"
#include "engine/administration/commands.h"

namespace muster {
namespace {

Result<Decide> begin_public(const DomainPorts& ports,
                            const StateAddress& address,
                            AnyEvent event,
                            std::string_view what) {
  const StreamId stream = make_stream(ports);
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, address.log, stream, Slot{0}, std::move(event)));
  return begin_stream({address, stream, std::move(draft)}, std::string{what});
}

}  // namespace

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
  return begin_public(ports, address, std::move(event), "tenant_id");
}

Result<Decide> prepare_create_workspace(const DomainPorts& ports, CreateWorkspace input) {
  Faults faults;
  check_id(faults, "/id", input.id);
  if (input.name.empty()) {
    input.name = input.id;
  }
  check_name(faults, "/name", input.name);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kWorkspace, {}, input.id};
  WorkspaceCreated event{std::move(input.id), std::move(input.name)};
  return begin_public(ports, address, std::move(event), "workspace_id");
}

}  // namespace muster
