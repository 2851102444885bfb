#include "api/server/compiled_schemas.h"

namespace muster {

Result<std::optional<SchemaWithRevision>> CompiledSchemas::find(const ReadPoint& point,
                                                                LogId log,
                                                                std::string_view id) {
  if (id.empty()) {
    return std::optional<SchemaWithRevision>{};
  }
  MUSTER_TRY(const auto schema, catalog_.find_schema(point, log, id));
  if (!schema) {
    return std::optional<SchemaWithRevision>{};
  }
  const StreamHead& head = schema->head;
  SchemaWithRevision found{schema->id, head.stream, head.revision, nullptr};
  {
    const std::lock_guard lock{mutex_};
    const auto kept = kept_.find(head.stream);
    if (kept != kept_.end() && kept->second.revision == head.revision) {
      found.compiled = kept->second.compiled;
      return std::optional{std::move(found)};
    }
  }
  MUSTER_TRY(found.compiled, CompiledSchema::compile(schema->schema.text));
  const std::lock_guard lock{mutex_};
  if (kept_.size() >= kKeptMax) {
    kept_.clear();
  }
  kept_.insert_or_assign(head.stream, Kept{head.revision, found.compiled});
  return std::optional{std::move(found)};
}

}  // namespace muster
