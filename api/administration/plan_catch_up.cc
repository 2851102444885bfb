#include "api/administration/plan_catch_up.h"

#include <set>

#include "engine/events/open_part.h"
#include "engine/users/fit.h"

namespace muster {
namespace {

/// What is read again: some two seconds. A directory that changes faster is planned for anew.
constexpr std::size_t kEventsMax = 100'000;
constexpr std::size_t kUsersMax = 20'000;

Failure outdated() {
  return failure(Errc::kConflict,
                 "plan_outdated",
                 "too many users have changed since the plan; make another one");
}

/// Users with events at or after `from`.
Result<std::set<StreamId>> changed_users(const Context& context, Position from) {
  std::set<StreamId> users;
  std::size_t events = 0;
  bool too_many = false;
  MUSTER_CHECKED(context.services.log.each_open_part(
      context.log(), from, [&](Position, std::string_view open_part) -> Result<bool> {
        MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
        if (parsed.header().type.starts_with("user.")) {
          users.insert(parsed.header().stream);
        }
        too_many = ++events > kEventsMax || users.size() > kUsersMax;
        return !too_many;
      }));
  return too_many ? Result<std::set<StreamId>>{outdated()} : std::move(users);
}

bool fits(const UserState& user, const PlanReport& plan, const CompiledSchema& schema) {
  const std::vector<std::string> unfit = unfit_after(user, plan.schema_id, schema);
  return std::ranges::none_of(kGoverned, [&](const Governed& kind) {
    return user.*kind.stored_schema_id == plan.schema_id &&
           std::ranges::find(unfit, name_of(kind)) != unfit.end();
  });
}

}  // namespace

Result<void> check_users_since(const Context& context, const PlanReport& plan) {
  MUSTER_TRY(const auto schema, CompiledSchema::compile(plan.schema.text));
  MUSTER_TRY(const auto streams, changed_users(context, Position{plan.log_size}));
  std::size_t misfits = 0;
  for (const StreamId stream : streams) {
    MUSTER_TRY(const AnyState state,
               context.services.log.fold(context.log(), stream, Revision{~std::uint64_t{0}}));
    const auto* user = std::get_if<UserState>(&state);
    if (user != nullptr && exists(state) && !fits(*user, plan, *schema)) {
      ++misfits;
    }
  }
  if (misfits > 0) {
    return failure(Errc::kConflict,
                   "users_would_not_fit",
                   std::to_string(misfits) +
                       " users changed since the plan and would not fit the new version");
  }
  return {};
}

}  // namespace muster
