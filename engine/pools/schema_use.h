/// Using a schema: values are validated while a command is prepared, and the schema must still be
/// the same when it is decided.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/administration/prepare.h"
#include "engine/schemas/compiled_schema.h"

namespace muster {

/// A schema as it was read. The stream tells a schema from a later one of the same id.
struct SchemaWithRevision {
  std::string id;
  StreamId stream;
  Revision revision{};
  std::shared_ptr<const CompiledSchema> compiled;
};

/// Validates `json` and puts `pointer` before the pointers of the faults.
Result<void> validate_at(const CompiledSchema& schema,
                         std::string_view json,
                         std::string_view pointer);

/// While deciding: the schema `id`, else kNotFound "schema_not_found" with a fault at `pointer`.
Result<const SchemaState*> find_schema(StateReader& states,
                                       LogId log,
                                       const std::string& id,
                                       std::string_view pointer);

/// One value of a user or pool that a schema governs.
struct SchemaClaim {
  std::string id;                                 // of the schema
  std::string_view pointer;                       // of the value in the request: "/payload"
  const std::optional<SchemaWithRevision>& read;  // nothing: there was no such schema
  /// The value, when it must be validated now, because it was not while preparing.
  std::optional<std::string_view> unchecked;
};

/// While deciding: as find_schema, with the fault at `<pointer>_schema_id`; kStale when the schema
/// is not the one that was read. With an unchecked value the revision does not matter: the value is
/// validated against the schema as it is.
Result<SchemaUse> check_schema(StateReader& states, LogId log, const SchemaClaim& claim);

}  // namespace muster
