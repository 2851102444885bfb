/// Members that documents of several kinds have.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/instant.h"
#include "engine/core/json_writer.h"
#include "engine/state/directory.h"

namespace muster {

inline void member_unless_empty(JsonWriter& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    writer.member(name, value);
  }
}

inline void json_unless_empty(JsonWriter& writer, std::string_view name, const JsonText& value) {
  if (!value.empty()) {
    writer.raw_member(name, value.text);
  }
}

inline void instant(JsonWriter& writer, std::string_view name, Micros time) {
  writer.member(name, to_rfc3339(time));
}

inline void instant_unless_unset(JsonWriter& writer, std::string_view name, Micros time) {
  if (raw(time) != 0) {
    instant(writer, name, time);
  }
}

/// All members of Pool; `out` is what `writer` writes to.
inline void pool_members(std::string& out,
                         JsonWriter& writer,
                         std::string_view tenant_id,
                         const PoolState& pool) {
  writer.member("id", pool.id);
  writer.member("tenant_id", tenant_id);
  writer.member("name", pool.name);
  member_unless_empty(writer, "workspace_id", pool.workspace);
  member_unless_empty(writer, "payload_schema_id", pool.payload_schema_id);
  member_unless_empty(writer, "metadata_schema_id", pool.metadata_schema_id);
  member_unless_empty(writer, "business_metadata_schema_id", pool.business_metadata_schema_id);
  writer.member("identifier_case_insensitive", pool.identifier_case_insensitive);
  const std::string_view settings = pool.settings.text;
  if (settings.size() > 2) {  // more than {}: its members become members of the pool
    out.push_back(',');
    out.append(settings.substr(1, settings.size() - 2));
  }
}

/// All members of Schema but its instants.
inline void schema_members(JsonWriter& writer,
                           std::string_view tenant_id,
                           const SchemaState& schema) {
  writer.member("id", schema.id);
  writer.member("tenant_id", tenant_id);
  writer.member("name", schema.name);
  member_unless_empty(writer, "description", schema.description);
  json_unless_empty(writer, "schema", schema.schema);
  writer.member("system", schema.system);
}

}  // namespace muster
