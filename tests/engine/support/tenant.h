/// A tenant with its system schemas and a pool, for stories about pools and users.
#pragma once

#include "engine/pools/pool_commands.h"
#include "engine/pools/schema_commands.h"
#include "engine/pools/system_schemas.h"
#include "tests/engine/support/story.h"

namespace muster {

inline void given_system_schemas(Story& story) {
  for (const SystemSchema& schema : kSystemSchemas) {
    story.given(prepare_create_schema(story.ports(),
                                      {Story::log,
                                       std::string{schema.id},
                                       std::string{schema.name},
                                       std::string{schema.description},
                                       {std::string{schema.schema}},
                                       true}));
  }
}

inline void given_schema(Story& story, const std::string& id, const std::string& schema) {
  story.given(prepare_create_schema(story.ports(), {Story::log, id, id, "", {schema}, false}));
}

/// The schema as a request thread would read it; nothing when there is none.
inline std::optional<SchemaWithRevision> read_schema_use(Story& story, const std::string& id) {
  const auto found = story.states.get<SchemaState>({Story::log, Aggregate::kSchema, {}, id});
  check(found.has_value(), "schemas can be read");
  if (*found == nullptr) {
    return std::nullopt;
  }
  auto compiled = CompiledSchema::compile((*found)->schema.text);
  check(compiled.has_value(), "stored schemas compile");
  return SchemaWithRevision{id, (*found)->head.stream, (*found)->head.revision, *compiled};
}

inline Result<Decide> create_pool(Story& story, PoolBody body, const PoolOptions& options = {}) {
  auto schema = read_schema_use(story, body.payload_schema_id);
  return prepare_create_pool(
      story.ports(), options, {Story::log, std::move(body), std::move(schema), std::nullopt});
}

inline PoolBody pool_body(const std::string& id) {
  PoolBody body;
  body.id = id;
  body.name = id;
  return body;
}

inline PoolState pool_of(Story& story, const std::string& id) {
  return story.read<PoolState>(Aggregate::kPool, id);
}

}  // namespace muster
