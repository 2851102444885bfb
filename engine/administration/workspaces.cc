#include <algorithm>

#include "engine/administration/begin.h"
#include "engine/administration/commands.h"
#include "engine/text/origin.h"

namespace muster {
namespace {

constexpr std::size_t kOriginBytesMax = 256;

bool is_origin(std::string_view text) {
  return text == "*" || (text.size() <= kOriginBytesMax && is_web_origin(text));
}

void check_workspace(Faults& faults,
                     const std::string& name,
                     const std::vector<std::string>& cors_origins) {
  check_name(faults, "/name", name);
  if (cors_origins.size() > kCorsOriginsMax) {
    faults.add("/cors_origins", "maxItems", "at most 64 origins");
    return;
  }
  for (std::size_t index = 0; index < cors_origins.size(); ++index) {
    if (!is_origin(cors_origins[index])) {
      faults.add("/cors_origins/" + std::to_string(index),
                 "origin",
                 "must be '*' or http(s)://host[:port] in lower case");
    }
  }
}

/// What an organization belongs to.
Result<void> check_parent(StateReader& states, LogId log, const std::string& parent) {
  if (parent.empty()) {
    return {};
  }
  MUSTER_TRY(const WorkspaceState* workspace,
             states.get<WorkspaceState>({log, Aggregate::kWorkspace, {}, parent}));
  if (workspace == nullptr) {
    return not_found("workspace");
  }
  if (!workspace->parent.empty()) {
    return failure_at(Errc::kInvalid,
                      "organization_in_organization",
                      "/parent",
                      "an organization belongs to a workspace, not to another organization");
  }
  return {};
}

}  // namespace

Result<Decide> prepare_create_workspace(const DomainPorts& ports, CreateWorkspace input) {
  const StreamId stream = make_stream(ports);
  if (input.id.empty()) {
    input.id = stream.text();
  }
  if (input.name.empty()) {
    input.name = input.id;
  }
  Faults faults;
  check_id(faults, "/id", input.id);
  if (!input.parent.empty()) {
    check_id(faults, "/parent", input.parent);
  }
  check_workspace(faults, input.name, input.cors_origins);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kWorkspace, {}, input.id};
  WorkspaceCreated event{
      std::move(input.id), std::move(input.name), input.parent, std::move(input.cors_origins)};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, Slot{0}, std::move(event)));
  Decide create = begin_stream({address, stream, std::move(draft)}, "workspace_id");
  return Decide{[log = input.log, parent = std::move(input.parent), create = std::move(create)](
                    StateReader& states, Micros now) -> Result<Decision> {
    MUSTER_CHECKED(check_parent(states, log, parent));
    return create(states, now);
  }};
}

Result<Decide> prepare_replace_workspace(const DomainPorts& ports, ReplaceWorkspace input) {
  if (input.name.empty()) {
    input.name = input.id;
  }
  Faults faults;
  check_workspace(faults, input.name, input.cors_origins);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kWorkspace, {}, std::move(input.id)};
  WorkspaceReplaced replaced{std::move(input.name), std::move(input.cors_origins)};
  MUSTER_TRY(Draft made, make_draft(ports.sealer, input.log, {}, Slot{0}, std::move(replaced)));
  const auto draft = std::make_shared<const Draft>(std::move(made));
  return Decide{[address, draft](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const WorkspaceState* workspace, states.get<WorkspaceState>(address));
    if (workspace == nullptr) {
      return not_found("workspace");
    }
    const auto& event = std::get<WorkspaceReplaced>(draft->event);
    if (workspace->name == event.name && workspace->cors_origins == event.cors_origins) {
      return Decision{{}, address, {}};
    }
    return Decision{{Fact{address, workspace->head.stream, *draft}}, address, {}};
  }};
}

Result<Decide> prepare_delete_workspace(DeleteWorkspace input) {
  const StateAddress address{input.log, Aggregate::kWorkspace, {}, std::move(input.id)};
  return Decide{[address](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const WorkspaceState* workspace, states.get<WorkspaceState>(address));
    if (workspace == nullptr) {
      return not_found("workspace");
    }
    if (std::ranges::find(kSystemWorkspaces, address.id) != kSystemWorkspaces.end()) {
      return failure(Errc::kConflict, "system_workspace", "every tenant has this workspace");
    }
    MUSTER_TRY(const Counters uses,
               states.counters(states.views().workspace_use_key(address.log, address.id)));
    if (uses != Counters{}) {
      return failure(Errc::kConflict,
                     "workspace_in_use",
                     "pools, clients, roles or organizations belong to it; remove them first");
    }
    Fact fact{address, workspace->head.stream, open_draft(WorkspaceDeleted{})};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

}  // namespace muster
