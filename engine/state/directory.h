/// States of identity schemas, identity pools and groups.
#pragma once

#include "engine/events/directory_events.h"
#include "engine/events/group_events.h"
#include "engine/state/stream_head.h"

namespace muster {

/// Ids of the two schemas every tenant begins with (contract 3.8).
inline constexpr std::string_view kDefaultPayloadSchema = "default_payload";
inline constexpr std::string_view kDefaultMetadataSchema = "default_metadata";

struct SchemaState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string name;
  std::string description;
  JsonText schema;
  bool system = false;
  std::uint64_t version = 0;  // 1 as created, one more with each replacement
  std::uint64_t checked = 0;  // the version that all users it governs were compared with
  Micros created{};
  Micros updated{};

  bool operator==(const SchemaState&) const = default;
  using Events = EventList<SchemaCreated, SchemaReplaced, SchemaFitChecked, SchemaDeleted>;

  static constexpr auto describe() {
    return record(field("id", &SchemaState::id, ""),
                  field("name", &SchemaState::name, ""),
                  field("description", &SchemaState::description, ""),
                  field("schema", &SchemaState::schema, ""),
                  field("system", &SchemaState::system, ""),
                  field("version", &SchemaState::version, ""),
                  field("checked", &SchemaState::checked, ""),
                  field("created", &SchemaState::created, ""),
                  field("updated", &SchemaState::updated, ""));
  }
};

struct PoolState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string name;
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  bool identifier_case_insensitive = false;
  JsonText settings;
  std::vector<std::string> indexed;    // payload members with an index; fixed when the pool is made
  std::string workspace;               // it belongs to; empty: the tenant's own
  std::vector<std::string> connected;  // workspaces whose users sign in with it
  bool deleting = false;               // invisible; its users are being removed
  Micros created{};
  Micros updated{};
  std::string folding;  // see the functions below; empty while a pool has no users

  bool operator==(const PoolState&) const = default;
  using Events = EventList<PoolCreated,
                           PoolReplaced,
                           PoolConnected,
                           PoolDisconnected,
                           PoolDeleted,
                           PoolEmptied,
                           PoolFoldingStarted,
                           PoolFoldingFinished,
                           PoolFoldingCancelled,
                           PoolFoldingUndone>;

  static constexpr auto describe() {
    return record(field("id", &PoolState::id, ""),
                  field("name", &PoolState::name, ""),
                  field("payload_schema_id", &PoolState::payload_schema_id, ""),
                  field("metadata_schema_id", &PoolState::metadata_schema_id, ""),
                  field("business_metadata_schema_id", &PoolState::business_metadata_schema_id, ""),
                  field("identifier_case_insensitive", &PoolState::identifier_case_insensitive, ""),
                  field("settings", &PoolState::settings, ""),
                  field("indexed", &PoolState::indexed, ""),
                  field("workspace", &PoolState::workspace, ""),
                  field("connected", &PoolState::connected, ""),
                  field("deleting", &PoolState::deleting, ""),
                  field("created", &PoolState::created, ""),
                  field("updated", &PoolState::updated, ""),
                  field("folding", &PoolState::folding, ""));
  }
};

/// PoolState::folding: how a pool that had users came to ignore case. Rows of users follow from
/// their states and from what of the pool never changes while it has users; so the rows of such a
/// pool stay as spelled, and its users have rows of the folded forms beside them.
inline constexpr std::string_view kFoldingBuilding = "building";  // users get their folded rows
inline constexpr std::string_view kFoldingBuilt = "built";        // all have them: case is ignored
inline constexpr std::string_view kFoldingUndoing = "undoing";    // users lose them again

/// Whether the rows that every user has hold folded forms. Fixed while the pool has users.
inline bool folds_every_row(const PoolState& pool) {
  return pool.identifier_case_insensitive && pool.folding.empty();
}

/// Whether new users begin with rows of folded forms beside those.
inline bool adds_folded_rows(const PoolState& pool) {
  return pool.folding == kFoldingBuilding || pool.folding == kFoldingBuilt;
}

/// Whether what is looked for is looked for in the rows beside.
inline bool finds_by_added_rows(const PoolState& pool) {
  return pool.identifier_case_insensitive && !pool.folding.empty();
}

/// Whether one user must not get two identifiers, or addresses, that differ in case only.
inline bool tells_no_case_apart(const PoolState& pool) {
  return pool.identifier_case_insensitive || pool.folding == kFoldingBuilding;
}

struct GroupState {
  StreamHead head;
  bool gone = false;
  StreamId pool;
  std::string pool_id;
  std::string id;
  std::string name;
  std::string description;
  /// Both empty at the top. A group is visible only while each group above it is, and is the one
  /// that was meant: the id may have been given to another group since.
  StreamId parent;
  std::string parent_id;
  bool deleting = false;  // invisible; what it holds is being removed
  Micros created{};
  Micros updated{};

  bool operator==(const GroupState&) const = default;
  using Events = EventList<GroupCreated, GroupReplaced, GroupDeleted, GroupEmptied>;

  static constexpr auto describe() {
    return record(field("pool", &GroupState::pool, ""),
                  field("pool_id", &GroupState::pool_id, ""),
                  field("id", &GroupState::id, ""),
                  field("name", &GroupState::name, ""),
                  field("description", &GroupState::description, ""),
                  field("parent", &GroupState::parent, ""),
                  field("parent_id", &GroupState::parent_id, ""),
                  field("deleting", &GroupState::deleting, ""),
                  field("created", &GroupState::created, ""),
                  field("updated", &GroupState::updated, ""));
  }
};

void evolve(SchemaState& state, const EventMeta& meta, const SchemaCreated& event);
void evolve(SchemaState& state, const EventMeta& meta, const SchemaReplaced& event);
void evolve(SchemaState& state, const EventMeta& meta, const SchemaFitChecked& event);
void evolve(SchemaState& state, const EventMeta& meta, const SchemaDeleted& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolCreated& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolReplaced& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolConnected& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolDisconnected& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolDeleted& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolEmptied& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolFoldingStarted& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolFoldingFinished& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolFoldingCancelled& event);
void evolve(PoolState& state, const EventMeta& meta, const PoolFoldingUndone& event);
void evolve(GroupState& state, const EventMeta& meta, const GroupCreated& event);
void evolve(GroupState& state, const EventMeta& meta, const GroupReplaced& event);
void evolve(GroupState& state, const EventMeta& meta, const GroupDeleted& event);
void evolve(GroupState& state, const EventMeta& meta, const GroupEmptied& event);

}  // namespace muster
