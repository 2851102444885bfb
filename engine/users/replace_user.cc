#include <memory>

#include "engine/users/lookup.h"
#include "engine/users/parts.h"
#include "engine/users/values.h"

namespace muster {
namespace {

/// One value that the request names, by itself or by its schema.
struct Change {
  const Governed* kind = nullptr;
  std::string schema_id;   // as asked; empty: the user's
  JsonText value;          // as asked; empty: the user's
  bool removed = false;    // there is to be no value
  ValueCheck check;        // of the two together
  bool validated = false;  // not when the user had them already: schemas may have changed since
  Draft draft;
};

struct Replacement {
  SealedFor target;
  std::string status;
  std::vector<Change> changes;
  UserSchemas schemas;
};

/// What the event in a change says.
struct Wanted {
  std::string_view schema_id;
  std::string_view value;

  bool operator==(const Wanted&) const = default;
};

Wanted wanted_by(const AnyEvent& event) {
  if (const auto* payload = std::get_if<UserPayloadReplaced>(&event)) {
    return {payload->schema_id, payload->payload.text};
  }
  if (const auto* metadata = std::get_if<UserMetadataReplaced>(&event)) {
    return {metadata->schema_id, metadata->metadata.text};
  }
  const auto& business = std::get<UserBusinessMetadataReplaced>(event);
  return {business.schema_id, business.business_metadata.text};
}

/// What the request comes to for the user as it is.
Wanted wanted_of(const Change& change, const UserState& user) {
  const std::string& value = (user.*change.kind->stored).text;
  const std::string& schema_id = user.*change.kind->stored_schema_id;
  const std::string_view unchanged = change.removed ? std::string_view{} : value;
  return {change.schema_id.empty() ? schema_id : change.schema_id,
          change.value.empty() ? unchanged : change.value.text};
}

bool is_stored(const Wanted& wanted, const Governed& kind, const UserState& user) {
  return wanted == Wanted{user.*kind.stored_schema_id, (user.*kind.stored).text};
}

Result<Decision> decide_replacement(StateReader& states, const Replacement& replacement) {
  MUSTER_TRY(const FoundUser found, find_user(states, replacement.target));
  std::vector<Draft> drafts;
  std::vector<ValueCheck> checks;
  for (const Change& change : replacement.changes) {
    const Wanted wanted = wanted_of(change, *found.user);
    if (is_stored(wanted, *change.kind, *found.user)) {
      continue;
    }
    if (!change.validated || wanted != wanted_by(change.draft.event)) {
      return stale();
    }
    drafts.push_back(change.draft);
    checks.push_back(change.check);
  }
  MUSTER_TRY(std::vector<SchemaUse> uses,
             confirm_values(states, found.address.log, checks, replacement.schemas));
  if (!replacement.status.empty() && replacement.status != found.user->status) {
    drafts.push_back(open_draft(UserStatusChanged{replacement.status}));
  }
  Decision decision = decision_of(found, std::move(drafts));
  decision.schemas = std::move(uses);
  return decision;
}

}  // namespace

Result<Decide> prepare_replace_user(const DomainPorts& ports,
                                    const UserTarget& target,
                                    ReplaceUser input) {
  Faults faults;
  if (!input.status.empty()) {
    check_status(faults, input.status);
  }
  check_values(faults, input.values, input.schema_ids);
  MUSTER_CHECKED(faults.done("invalid_request"));

  const std::string& status = input.status.empty() ? target.user.status : input.status;
  auto replacement = std::make_shared<Replacement>();
  std::vector<ValueCheck> checks;
  for (const Governed& kind : kGoverned) {
    Change change{&kind,
                  std::move(input.schema_ids.*kind.id),
                  input.removed.*kind.removed ? JsonText{} : std::move(input.values.*kind.value),
                  input.removed.*kind.removed,
                  {},
                  false,
                  {}};
    if (change.schema_id.empty() && change.value.empty() && !change.removed) {
      continue;
    }
    const Wanted wanted = wanted_of(change, target.user);
    change.check = value_check(
        kind, std::string{wanted.schema_id}, JsonText{std::string{wanted.value}}, status != "new");
    change.validated = !is_stored(wanted, kind, target.user);
    if (change.validated) {
      checks.push_back(change.check);
    }
    replacement->changes.push_back(std::move(change));
  }
  MUSTER_CHECKED(validate_values(checks, input.schemas));

  UserDrafts drafts{ports, target};
  for (Change& change : replacement->changes) {
    const Wanted wanted = wanted_of(change, target.user);
    AnyEvent event = replaced_event(
        *change.kind, std::string{wanted.schema_id}, JsonText{std::string{wanted.value}});
    MUSTER_TRY(change.draft, drafts.seal(std::move(event)));
  }
  replacement->target = drafts.target();
  replacement->status = std::move(input.status);
  replacement->schemas = std::move(input.schemas);
  return Decide{[replacement = std::shared_ptr<const Replacement>{std::move(replacement)}](
                    StateReader& states, Micros) {
    return decide_replacement(states, *replacement);
  }};
}

}  // namespace muster
