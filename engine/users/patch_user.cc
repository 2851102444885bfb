#include <memory>

#include "engine/core/json_merge.h"
#include "engine/users/lookup.h"
#include "engine/users/values.h"

namespace muster {
namespace {

/// A value as it was when the patch was merged with it.
struct MergedWith {
  const Governed* kind = nullptr;
  std::string text;
};

/// What `patch` makes of a stored value; empty when it takes the value away.
Result<JsonText> merged(const JsonText& stored, const JsonText& patch) {
  MUSTER_TRY(const JsonDocument change, parse_json(patch.text));
  if (change.root().is_null()) {
    return JsonText{};
  }
  std::optional<JsonDocument> before;
  if (!stored.empty()) {
    MUSTER_TRY(before, parse_json(stored.text));
  }
  JsonText after;
  append_merged(after.text, before ? std::optional{before->root()} : std::nullopt, change.root());
  return after;
}

}  // namespace

Result<Decide> prepare_patch_user(const DomainPorts& ports,
                                  const UserTarget& target,
                                  PatchUser input) {
  ReplaceUser replacement;
  std::vector<MergedWith> bases;
  for (const Governed& kind : kGoverned) {
    const JsonText& patch = input.patches.*kind.value;
    if (patch.empty()) {
      continue;
    }
    const JsonText& stored = target.user.*kind.stored;
    MUSTER_TRY(replacement.values.*kind.value, merged(stored, patch));
    replacement.removed.*kind.removed = (replacement.values.*kind.value).empty();
    bases.push_back({&kind, stored.text});
  }
  replacement.schemas = std::move(input.schemas);
  MUSTER_TRY(Decide replace, prepare_replace_user(ports, target, std::move(replacement)));
  UserName name{target.log, target.pool.id, target.user.id};
  return Decide{[name = std::move(name), bases = std::move(bases), replace = std::move(replace)](
                    StateReader& states, Micros now) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    for (const MergedWith& base : bases) {
      // Somebody else has changed it meanwhile; what they wrote must not be lost.
      if ((found.user->*base.kind->stored).text != base.text) {
        return stale();
      }
    }
    return replace(states, now);
  }};
}

}  // namespace muster
