#include "engine/pools/schema_use.h"

namespace muster {

Result<void> validate_at(const CompiledSchema& schema,
                         std::string_view json,
                         std::string_view pointer) {
  Result<void> valid = schema.validate_text(json);
  if (!valid) {
    for (Fault& fault : valid.error().faults) {
      fault.pointer.insert(0, pointer);
    }
  }
  return valid;
}

Result<const SchemaState*> find_schema(StateReader& states,
                                       LogId log,
                                       const std::string& id,
                                       std::string_view pointer) {
  MUSTER_TRY(const SchemaState* schema, states.get<SchemaState>({log, Aggregate::kSchema, {}, id}));
  if (schema == nullptr) {
    return failure_at(
        Errc::kNotFound, "schema_not_found", pointer, "there is no schema of this id");
  }
  return schema;
}

Result<SchemaUse> check_schema(StateReader& states, LogId log, const SchemaClaim& claim) {
  const std::string pointer = std::string{claim.pointer} + "_schema_id";
  MUSTER_TRY(const SchemaState* schema, find_schema(states, log, claim.id, pointer));
  if (claim.unchecked) {
    MUSTER_TRY(const auto compiled, CompiledSchema::compile(schema->schema.text));
    MUSTER_CHECKED(validate_at(*compiled, *claim.unchecked, claim.pointer));
  } else if (!claim.read || claim.read->id != claim.id ||
             claim.read->stream != schema->head.stream ||
             claim.read->revision != schema->head.revision) {
    return stale();
  }
  return SchemaUse{claim.id, schema->head.revision};
}

}  // namespace muster
