/// Importing a configuration: one command that makes the directory hold every entry of a document
/// as it is there, or nothing at all (N-70).
///
/// An entry is found by its id. Absent: created, with the instants it brings. Different: replaced
/// whole; a user's identifiers, addresses and credentials that the document lacks go. Equal: no
/// event. What no entry is about stays.
///
/// Refusals name the entry: "/users/3/payload/x" leads into the document. What an entry refers to
/// and is neither there nor in the document: kInvalid. More than one command may hold: kTooLarge
/// "command_too_large".
#pragma once

#include <functional>

#include "engine/administration/prepare.h"
#include "engine/configuration/dump.h"

namespace muster {

struct ImportPorts {
  DomainPorts domain;
  PoolOptions pools;
  /// The published schema of an id, compiled; nothing when there is none.
  std::function<Result<std::optional<SchemaWithRevision>>(const std::string& id)> find_schema;
  /// Validate while deciding, see UserSchemas.
  bool in_place = false;
};

struct Import {
  LogId log{};
  Dump dump;
  DumpRemovals removals;
};

/// `states`: as they are now; looked at during the call only. Takes as long as sealing everything
/// takes.
Result<Decide> prepare_import(const ImportPorts& ports, StateReader& states, Import input);

}  // namespace muster
