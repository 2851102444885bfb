#include "engine/users/fit.h"

#include <algorithm>
#include <memory>

#include "engine/users/lookup.h"

namespace muster {

std::vector<std::string> unfit_after(const UserState& user,
                                     std::string_view schema_id,
                                     const CompiledSchema& schema) {
  std::vector<std::string> unfit;
  for (const Governed& kind : kGoverned) {
    const bool was_unfit = std::ranges::find(user.unfit, name_of(kind)) != user.unfit.end();
    const JsonText& value = user.*kind.stored;
    const bool is_unfit = user.*kind.stored_schema_id == schema_id
                              ? !value.empty() && !schema.validate_text(value.text)
                              : was_unfit;
    if (is_unfit) {
      unfit.emplace_back(name_of(kind));
    }
  }
  return unfit;
}

Result<Decide> prepare_check_fit(CheckFit input) {
  if (input.users.size() > kFitStepMax) {
    return failure(Errc::kTooLarge, "command_too_large", "at most 200 users a step");
  }
  const auto check = std::make_shared<const CheckFit>(std::move(input));
  return Decide{[check](StateReader& states, Micros) -> Result<Decision> {
    const StateAddress address{check->log, Aggregate::kSchema, {}, check->schema.id};
    Decision decision{{}, address, {}};
    MUSTER_TRY(const SchemaState* schema, states.get<SchemaState>(address));
    if (schema == nullptr || schema->head.stream != check->schema.stream ||
        schema->head.revision != check->schema.revision) {
      return decision;
    }
    for (const CheckFit::Who& who : check->users) {
      const auto found = find_user(states, UserName{check->log, who.pool_id, who.user_id});
      if (!found) {
        continue;
      }
      const UserState& user = *found->user;
      std::vector<std::string> unfit = unfit_after(user, check->schema.id, *check->schema.compiled);
      if (unfit != user.unfit) {
        decision.facts.push_back(
            {found->address, user.head.stream, open_draft(UserFitChecked{std::move(unfit)})});
      }
    }
    return decision;
  }};
}

}  // namespace muster
