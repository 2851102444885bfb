/// JSON Patch of the exported configuration: the difference between the documents before and after
/// is what is applied (N-71, N-72).
#include <map>
#include <set>

#include "api/directory/configuration.h"
#include "api/directory/dump_body.h"
#include "api/directory/export.h"
#include "api/directory/handlers.h"
#include "engine/core/json_patch.h"

namespace muster {
namespace {

/// What tells an entry of an array from the others.
using Identity = std::vector<std::string>;

std::vector<std::string_view> identity_of(DumpList list) {
  switch (list) {
    case DumpList::kWorkspaces:
    case DumpList::kPools:
    case DumpList::kSchemas:
    case DumpList::kCodes:
      return {"id"};
    case DumpList::kUsers:
    case DumpList::kGroups:
      return {"user_pool_id", "id"};
    case DumpList::kIdentifiers:
    case DumpList::kAddresses:
    case DumpList::kCredentials:
      return {"user_pool_id", "user_id", "id"};
    case DumpList::kMembers:
      return {"user_pool_id", "group_id", "user_id"};
  }
  return {};
}

Identity identity_in(DumpList list, JsonValue entry) {
  Identity identity;
  for (const std::string_view name : identity_of(list)) {
    const auto member = entry.find_set(name);
    identity.emplace_back(member ? member->text().value_or(std::string_view{})
                                 : std::string_view{});
  }
  return identity;
}

bool is_part(DumpList list) {
  return list == DumpList::kIdentifiers || list == DumpList::kAddresses ||
         list == DumpList::kCredentials;
}

struct Entry {
  std::size_t index;
  JsonValue value;
};

using Entries = std::map<Identity, Entry>;

Entries entries_in(DumpList list, JsonValue document) {
  Entries entries;
  std::size_t index = 0;
  if (const auto array = document.find_set(name_of(list))) {
    for (const JsonValue value : array->elements()) {
      entries.insert_or_assign(identity_in(list, value), Entry{index++, value});
    }
  }
  return entries;
}

/// What a patch changes, by array.
class Difference {
 public:
  Difference(JsonValue before, JsonValue after) {
    for (std::size_t i = 0; i < kDumpListNames.size(); ++i) {
      compare(static_cast<DumpList>(i), before, after);
    }
  }

  /// Nothing that is there already is changed or removed.
  [[nodiscard]] Result<void> only_adds() const {
    Faults faults;
    for (const auto& [list, index] : changed_) {
      faults.add("/" + std::string{name_of(list)} + "/" + std::to_string(index),
                 "entry_exists",
                 "is there already and would be changed");
    }
    for (const auto& [list, identities] : removed_) {
      if (!identities.empty()) {
        faults.add("/" + std::string{name_of(list)}, "entry_exists", "an entry would be removed");
      }
    }
    return faults.done("entry_exists");
  }

  /// For `update`: whoever changes in anything is replaced whole.
  [[nodiscard]] bool is_wanted(DumpList list, std::size_t index) const {
    if (list == DumpList::kUsers || is_part(list)) {
      return touched_.contains(place_of(list, index));
    }
    return is_added(list, index) || changed_.contains({list, index});
  }

  [[nodiscard]] bool is_added(DumpList list, std::size_t index) const {
    return added_.contains({list, index});
  }

  /// What belongs to something that goes, goes with it.
  [[nodiscard]] DumpRemovals removals() const {
    DumpRemovals out;
    for (const Identity& workspace : removed(DumpList::kWorkspaces)) {
      out.workspaces.push_back(workspace[0]);
    }
    for (const Identity& schema : removed(DumpList::kSchemas)) {
      out.schemas.push_back(schema[0]);
    }
    for (const Identity& pool : removed(DumpList::kPools)) {
      out.pools.push_back(pool[0]);
    }
    for (const Identity& user : removed(DumpList::kUsers)) {
      if (!goes(DumpList::kPools, {user[0]})) {
        out.users.push_back({user[0], user[1]});
      }
    }
    for (const Identity& group : removed(DumpList::kGroups)) {
      if (!goes(DumpList::kPools, {group[0]})) {
        out.groups.push_back({group[0], group[1]});
      }
    }
    for (const Identity& member : removed(DumpList::kMembers)) {
      if (!goes(DumpList::kPools, {member[0]}) &&
          !goes(DumpList::kGroups, {member[0], member[1]}) &&
          !goes(DumpList::kUsers, {member[0], member[2]})) {
        out.members.push_back({member[0], member[1], member[2]});
      }
    }
    return out;
  }

 private:
  using Place = std::pair<DumpList, std::size_t>;
  using Person = std::pair<std::string, std::string>;

  void compare(DumpList list, JsonValue before, JsonValue after) {
    const Entries old_entries = entries_in(list, before);
    const Entries new_entries = entries_in(list, after);
    for (const auto& [identity, entry] : new_entries) {
      const auto old = old_entries.find(identity);
      if (old != old_entries.end() && json_equal(old->second.value, entry.value)) {
        continue;
      }
      (old == old_entries.end() ? added_ : changed_).insert({list, entry.index});
      touch(list, identity);
    }
    for (const auto& [identity, entry] : old_entries) {
      if (!new_entries.contains(identity)) {
        removed_[list].insert(identity);
        if (is_part(list)) {
          touch(list, identity);
        }
      }
    }
    if (list == DumpList::kUsers || is_part(list)) {
      for (const auto& [identity, entry] : new_entries) {
        people_.insert_or_assign({list, entry.index}, Person{identity[0], identity[1]});
      }
    }
  }

  void touch(DumpList list, const Identity& identity) {
    if (list == DumpList::kUsers || is_part(list)) {
      touched_.insert({identity[0], identity[1]});
    }
  }

  [[nodiscard]] Person place_of(DumpList list, std::size_t index) const {
    const auto found = people_.find({list, index});
    return found == people_.end() ? Person{} : found->second;
  }

  [[nodiscard]] const std::set<Identity>& removed(DumpList list) const {
    static const std::set<Identity> kNone;
    const auto found = removed_.find(list);
    return found == removed_.end() ? kNone : found->second;
  }

  [[nodiscard]] bool goes(DumpList list, const Identity& identity) const {
    return removed(list).contains(identity);
  }

  std::set<Place> added_;
  std::set<Place> changed_;
  std::map<DumpList, std::set<Identity>> removed_;
  std::map<Place, Person> people_;  // whose the entries are
  std::set<Person> touched_;
};

Result<InsertMode> read_mode(const Request& request) {
  const std::string mode = request.query_parameter("mode").value_or("");
  if (mode.empty() || mode == "update") {
    return InsertMode::kUpdate;
  }
  if (mode != "ignore" && mode != "fail") {
    return failure_at(
        Errc::kInvalidSyntax, "invalid_parameter", "mode", "must be ignore, fail or update");
  }
  return mode == "fail" ? InsertMode::kFail : InsertMode::kIgnore;
}

Result<JsonDocument> read_operations(const Request& request) {
  if (request.body.empty()) {
    return failure(Errc::kInvalidSyntax, "missing_body", "the request needs a JSON body");
  }
  MUSTER_TRY(JsonDocument body, parse_json(request.body));
  if (!body.root().is_array()) {
    return failure_at(Errc::kInvalidSyntax, "invalid_body", "", "must be an array of operations");
  }
  return body;
}

}  // namespace

Failure refused_patch(Failure refusal) {
  if (refusal.code == Errc::kAlreadyTaken || refusal.code == Errc::kConflict) {
    refusal.code = Errc::kInvalid;
  }
  return refusal;
}

Result<Decide> prepare_patch(const Tenancy& tenancy, const Request& request) {
  const Services& services = tenancy.services;
  MUSTER_TRY(const InsertMode mode, read_mode(request));
  MUSTER_TRY(const JsonDocument operations, read_operations(request));
  const auto point = services.published.now();
  MUSTER_TRY(JsonTree tree, export_tree(services, point, tenancy.log, tenancy.tenant));
  MUSTER_TRY(const JsonDocument before, parse_json(tree.text()));
  JsonPatchLimits limits;
  limits.bytes = kExportTreeBytesMax;
  MUSTER_CHECKED(apply_json_patch(tree, operations.root(), limits));
  MUSTER_TRY(const JsonDocument after, parse_json(tree.text()));
  if (!after.root().is_object()) {
    return failure_at(Errc::kInvalid, "invalid_request", "", "must stay an object");
  }
  const Difference difference{before.root(), after.root()};
  const bool update = mode == InsertMode::kUpdate;
  if (mode == InsertMode::kFail) {
    MUSTER_CHECKED(difference.only_adds());
  }
  DumpReading reading{tenancy.tenant, false, services.domain.clock.now(), services.settings.pools};
  reading.wanted = [&](DumpList list, std::size_t index) {
    return update ? difference.is_wanted(list, index) : difference.is_added(list, index);
  };
  MUSTER_TRY(Dump dump, read_dump(after.root(), reading));
  return prepare_dump(
      tenancy, point, std::move(dump), update ? difference.removals() : DumpRemovals{});
}

Result<Step> patch_configuration(const Context& context) {
  auto decide = prepare_patch(tenancy_of(context), context.request);
  if (!decide) {
    return refused_patch(std::move(decide).error());
  }
  Prepared prepared;
  prepared.decide = *std::move(decide);
  prepared.refused = refused_patch;
  return Step{std::move(prepared)};
}

}  // namespace muster
