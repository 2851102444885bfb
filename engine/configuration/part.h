/// The parts of an import: each decides about one entry.
#pragma once

#include <functional>
#include <string>

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

Result<Decide> prepare_schema_entry(const ImportContext& context, SchemaEntry entry);
Result<Decide> prepare_pool_entry(const ImportContext& context, PoolEntry entry);
Result<Decide> prepare_group_entry(const ImportContext& context, const GroupEntry& entry);
/// The part of a user, without its Decide.
Result<ImportPart> user_part(const ImportContext& context, const UserEntry& entry);
Result<Decide> prepare_user_entry(const ImportContext& context, UserEntry entry);
Result<Decide> prepare_member_entry(const ImportContext& context, const MemberEntry& entry);

Result<Decide> prepare_leave(const ImportContext& context, DumpRemovals::Member member);
Result<Decide> prepare_remove_group(const ImportContext& context, DumpRemovals::InPool group);

/// The schema as the parts before leave it, compiled; nothing when there is none.
Result<std::optional<SchemaWithRevision>> schema_in(const ImportContext& context,
                                                    const std::string& id);

}  // namespace muster
