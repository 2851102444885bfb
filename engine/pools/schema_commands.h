/// Commands of identity schemas.
///
/// Fields wrong in themselves: kInvalid, rule "invalid_request"; schemas that do not compile: as
/// CompiledSchema::compile says. Pointers lead into the request body.
#pragma once

#include <optional>
#include <string>

#include "engine/administration/prepare.h"

namespace muster {

/// Refusals: schema_id_taken. Whose name is taken is refused by the views.
struct CreateSchema {
  LogId log{};
  std::string id;  // empty: made by the server
  std::string name;
  std::string description;
  JsonText schema;
  bool system = false;  // can never be changed or deleted
  // Of imports only; unset: now.
  Micros created = {};
  Micros updated = {};
};

Result<Decide> prepare_create_schema(const DomainPorts& ports, CreateSchema input);

/// The whole schema, `id` excepted. Refusals: schema_not_found, system_schema (kConflict). Nothing
/// differs: no event. Stored users are not touched; their next write is validated (N-15).
struct ReplaceSchema {
  LogId log{};
  std::string id;
  std::string name;
  std::string description;
  JsonText schema;
  bool system = false;
  /// SchemaState::version that it must have; another: kConflict plan_outdated.
  std::optional<std::uint64_t> expected_version = {};
};

Result<Decide> prepare_replace_schema(const DomainPorts& ports, ReplaceSchema input);

/// Every user that the schema governed was compared with that version. Another version by now, or
/// known already: no event.
struct FinishFitCheck {
  LogId log{};
  std::string id;
  std::uint64_t version = 0;
};

Result<Decide> prepare_finish_fit_check(FinishFitCheck input);

/// Refusals: schema_not_found, system_schema and schema_in_use (both kConflict).
struct DeleteSchema {
  LogId log{};
  std::string id;
};

Result<Decide> prepare_delete_schema(DeleteSchema input);

}  // namespace muster
