#include "engine/state/directory.h"

namespace muster {

void evolve(SchemaState& state, const EventMeta& meta, const SchemaCreated& event) {
  state.id = event.id;
  state.name = event.name;
  state.description = event.description;
  state.schema = event.schema;
  state.system = event.system;
  state.version = 1;
  state.checked = 1;  // it governs nobody yet
  state.created = imported_or(event.created, meta.time);
  state.updated = imported_or(event.updated, meta.time);
}

void evolve(SchemaState& state, const EventMeta& meta, const SchemaReplaced& event) {
  state.name = event.name;
  state.description = event.description;
  state.schema = event.schema;
  state.system = event.system;
  ++state.version;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(SchemaState& state, const EventMeta&, const SchemaFitChecked& event) {
  state.checked = event.version;
}

void evolve(SchemaState& state, const EventMeta&, const SchemaDeleted&) {
  state.gone = true;
}

void evolve(PoolState& state, const EventMeta& meta, const PoolCreated& event) {
  state.id = event.id;
  state.name = event.name;
  state.payload_schema_id = event.payload_schema_id;
  state.metadata_schema_id = event.metadata_schema_id;
  state.business_metadata_schema_id = event.business_metadata_schema_id;
  state.identifier_case_insensitive = event.identifier_case_insensitive;
  state.settings = event.settings;
  state.indexed = event.indexed;
  state.workspace = event.workspace;
  state.connected = event.connected;
  state.created = to_whole_milliseconds(meta.time);
  state.updated = state.created;
}

void evolve(PoolState& state, const EventMeta& meta, const PoolReplaced& event) {
  state.name = event.name;
  state.payload_schema_id = event.payload_schema_id;
  state.metadata_schema_id = event.metadata_schema_id;
  state.business_metadata_schema_id = event.business_metadata_schema_id;
  if (state.identifier_case_insensitive != event.identifier_case_insensitive) {
    state.folding.clear();  // only a pool without users is replaced so: its next rows are new ones
  }
  state.identifier_case_insensitive = event.identifier_case_insensitive;
  state.settings = event.settings;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(PoolState& state, const EventMeta& meta, const PoolConnected& event) {
  state.connected.push_back(event.workspace);
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(PoolState& state, const EventMeta& meta, const PoolDisconnected& event) {
  std::erase(state.connected, event.workspace);
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(PoolState& state, const EventMeta&, const PoolDeleted&) {
  state.deleting = true;
}

void evolve(PoolState& state, const EventMeta&, const PoolEmptied&) {
  state.gone = true;
}

void evolve(PoolState& state, const EventMeta&, const PoolFoldingStarted&) {
  state.folding = kFoldingBuilding;
}

void evolve(PoolState& state, const EventMeta& meta, const PoolFoldingFinished&) {
  state.folding = kFoldingBuilt;
  state.identifier_case_insensitive = true;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(PoolState& state, const EventMeta&, const PoolFoldingCancelled&) {
  state.folding = kFoldingUndoing;
}

void evolve(PoolState& state, const EventMeta&, const PoolFoldingUndone&) {
  state.folding.clear();
}

void evolve(GroupState& state, const EventMeta& meta, const GroupCreated& event) {
  state.pool = event.pool;
  state.pool_id = event.pool_id;
  state.id = event.id;
  state.name = event.name;
  state.description = event.description;
  state.parent = event.parent;
  state.parent_id = event.parent_id;
  state.created = to_whole_milliseconds(meta.time);
  state.updated = state.created;
}

void evolve(GroupState& state, const EventMeta& meta, const GroupReplaced& event) {
  state.name = event.name;
  state.description = event.description;
  state.parent = event.parent;
  state.parent_id = event.parent_id;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(GroupState& state, const EventMeta&, const GroupDeleted&) {
  state.deleting = true;
}

void evolve(GroupState& state, const EventMeta&, const GroupEmptied&) {
  state.gone = true;
}

}  // namespace muster
