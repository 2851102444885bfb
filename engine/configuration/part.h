/// The parts of an import: each decides about one entry.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/configuration/import.h"

namespace muster {

struct ImportPart {
  Decide decide;
  /// Of the entry, whose refusals point below it: "/pools/0". Empty: of nothing in the document.
  std::string pointer;
  /// The state that the entry is about.
  StateAddress about;
  /// Where pointers do not just follow `pointer`: turns one of the part's own into one of the
  /// document.
  std::function<std::string(const std::string&)> place = {};
  /// Pointer to what asks for a unique row; empty: the entry as a whole.
  std::function<std::string(const Failure&, const Row&)> place_row = {};
};

/// What makes parts: the ports, the log, and the states that the parts before it will leave.
struct ImportContext {
  const ImportPorts& ports;
  LogId log{};
  StateReader& states;
};

/// The failure with pointers into the document. What is not found is not a matter of the path here.
Failure refused_at(const ImportPart& part, Failure refusal);

/// A stored workspace keeps its parent.
Result<Decide> prepare_workspace_entry(const ImportContext& context, const WorkspaceEntry& entry);
/// The pool is connected with these workspaces and no others. Refusals point below the entry.
Decide connect_with(const ImportContext& context,
                    std::string pool_id,
                    std::vector<std::string> workspaces);
Result<Decide> prepare_schema_entry(const ImportContext& context, SchemaEntry entry);
Result<Decide> prepare_pool_entry(const ImportContext& context, PoolEntry entry);

struct GroupPart {
  Decide decide;
  /// Puts a group that there was below another parent.
  bool moves = false;
};

Result<GroupPart> prepare_group_entry(const ImportContext& context, const GroupEntry& entry);

/// Pool and id of a group.
using GroupPlace = std::pair<std::string, std::string>;

/// After all entries: a group that moved, and each below it, must lie where its entry says, and so
/// must all their subgroups. Paths are at most kGroupDepthMax long, so nothing comes to lie deeper.
/// Refuses with group_elsewhere, subgroups_missing.
Decide check_moved_groups(LogId log,
                          const std::vector<GroupEntry>& entries,
                          const std::set<GroupPlace>& moved);

/// The part of a user, without its Decide.
Result<ImportPart> user_part(const ImportContext& context, const UserEntry& entry);
Result<Decide> prepare_user_entry(const ImportContext& context, UserEntry entry);
Result<Decide> prepare_member_entry(const ImportContext& context, const MemberEntry& entry);

Result<Decide> prepare_leave(const ImportContext& context, DumpRemovals::Member member);
Result<Decide> prepare_remove_group(const ImportContext& context, DumpRemovals::InPool group);

/// Refuses with pool_not_found at /user_pool_id.
Result<const PoolState*> pool_of_entry(StateReader& states, LogId log, const std::string& id);

/// Null when it is not there, or below a group that is not.
Result<const GroupState*> visible_group(StateReader& states,
                                        LogId log,
                                        const PoolState& pool,
                                        const std::string& id);

/// The schema as the parts before leave it, compiled; nothing when there is none.
Result<std::optional<SchemaWithRevision>> schema_in(const ImportContext& context,
                                                    const std::string& id);

}  // namespace muster
