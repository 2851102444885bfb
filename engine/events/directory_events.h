/// Events of identity schemas and identity pools.
#pragma once

#include "engine/events/describe.h"

namespace muster {

struct SchemaCreated {
  std::string id;
  std::string name;
  std::string description;
  JsonText schema;
  bool system = false;
  Micros created = {};
  Micros updated = {};

  bool operator==(const SchemaCreated&) const = default;

  static constexpr auto describe() {
    return event(
        {"schema.created", EventCode{20}, EventVersion{2}, "An identity schema was added."},
        field("id", &SchemaCreated::id, "The schema's id in URLs."),
        field("name", &SchemaCreated::name, "Unique name."),
        field("description", &SchemaCreated::description, "What it is for."),
        field("schema", &SchemaCreated::schema, "The JSON Schema."),
        field("system", &SchemaCreated::system, "Can never be changed or deleted."),
        field("created", &SchemaCreated::created, kImportedInstant),
        field("updated", &SchemaCreated::updated, kImportedInstant));
  }
};

struct SchemaReplaced {
  std::string name;
  std::string description;
  JsonText schema;
  bool system = false;

  bool operator==(const SchemaReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"schema.replaced",
         EventCode{21},
         EventVersion{1},
         "An identity schema was replaced as a whole."},
        field("name", &SchemaReplaced::name, "Unique name from now on."),
        field("description", &SchemaReplaced::description, "What it is for."),
        field("schema", &SchemaReplaced::schema, "The JSON Schema from now on."),
        field("system", &SchemaReplaced::system, "Can never be changed or deleted again."));
  }
};

struct SchemaFitChecked {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is
  std::uint64_t version = 0;

  bool operator==(const SchemaFitChecked&) const = default;

  static constexpr auto describe() {
    return event({"schema.fit_checked",
                  EventCode{23},
                  EventVersion{1},
                  "All users that the schema governs were compared with it."},
                 field("version",
                       &SchemaFitChecked::version,
                       "Which version: 1 as created, one more with each replacement."));
  }
};

struct SchemaDeleted {
  bool operator==(const SchemaDeleted&) const = default;

  static constexpr auto describe() {
    return event(
        {"schema.deleted", EventCode{22}, EventVersion{1}, "An identity schema was removed."});
  }
};

struct PoolCreated {
  std::string id;
  std::string name;
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  bool identifier_case_insensitive = false;
  JsonText settings;
  std::vector<std::string> indexed;
  std::string workspace = {};
  std::vector<std::string> connected = {};

  bool operator==(const PoolCreated&) const = default;

  static constexpr auto describe() {
    return event(
        {"pool.created", EventCode{30}, EventVersion{2}, "An identity pool was added."},
        field("id", &PoolCreated::id, "The pool's id in URLs."),
        field("name", &PoolCreated::name, "Unique name."),
        field("payload_schema_id", &PoolCreated::payload_schema_id, "For new users."),
        field("metadata_schema_id", &PoolCreated::metadata_schema_id, "For new users."),
        field("business_metadata_schema_id",
              &PoolCreated::business_metadata_schema_id,
              "For new users; may be absent."),
        field("identifier_case_insensitive",
              &PoolCreated::identifier_case_insensitive,
              "Identifiers and addresses compare in their folded form."),
        field("settings",
              &PoolCreated::settings,
              "The remaining members of the pool, as the contract names them."),
        field("indexed",
              &PoolCreated::indexed,
              "Payload members by which users can be searched through an index."),
        field("workspace",
              &PoolCreated::workspace,
              "Workspace or organization it belongs to; absent: the tenant."),
        field(
            "connected", &PoolCreated::connected, "Workspaces whose users sign in with the pool."));
  }
};

struct PoolReplaced {
  std::string name;
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  bool identifier_case_insensitive = false;
  JsonText settings;

  bool operator==(const PoolReplaced&) const = default;

  static constexpr auto describe() {
    return event({"pool.replaced",
                  EventCode{31},
                  EventVersion{1},
                  "The settings of an identity pool were replaced as a whole."},
                 field("name", &PoolReplaced::name, "Unique name from now on."),
                 field("payload_schema_id", &PoolReplaced::payload_schema_id, "For new users."),
                 field("metadata_schema_id", &PoolReplaced::metadata_schema_id, "For new users."),
                 field("business_metadata_schema_id",
                       &PoolReplaced::business_metadata_schema_id,
                       "For new users; may be absent."),
                 field("identifier_case_insensitive",
                       &PoolReplaced::identifier_case_insensitive,
                       "Identifiers and addresses compare in their folded form."),
                 field("settings",
                       &PoolReplaced::settings,
                       "The remaining members of the pool, as the contract names them."));
  }
};

struct PoolConnected {
  std::string workspace;

  bool operator==(const PoolConnected&) const = default;

  static constexpr auto describe() {
    return event({"pool.connected",
                  EventCode{34},
                  EventVersion{1},
                  "The pool became an identity provider of a workspace."},
                 field("workspace", &PoolConnected::workspace, "Id of the workspace."));
  }
};

struct PoolDisconnected {
  std::string workspace;

  bool operator==(const PoolDisconnected&) const = default;

  static constexpr auto describe() {
    return event({"pool.disconnected",
                  EventCode{35},
                  EventVersion{1},
                  "The pool is no identity provider of a workspace any more."},
                 field("workspace", &PoolDisconnected::workspace, "Id of the workspace."));
  }
};

struct PoolDeleted {
  bool operator==(const PoolDeleted&) const = default;

  static constexpr auto describe() {
    return event(
        {"pool.deleted",
         EventCode{32},
         EventVersion{1},
         "An identity pool became invisible; its users are removed in steps that follow."});
  }
};

struct PoolEmptied {
  bool operator==(const PoolEmptied&) const = default;

  static constexpr auto describe() {
    return event({"pool.emptied",
                  EventCode{33},
                  EventVersion{1},
                  "The last user of a deleted pool was removed; nothing of the pool is left."});
  }
};

/// From here on new users of the pool have their folded forms to themselves, and those that there
/// are get theirs in steps. The pool still tells upper from lower case.
struct PoolFoldingStarted {
  bool operator==(const PoolFoldingStarted&) const = default;

  static constexpr auto describe() {
    return event({"pool.folding_started",
                  EventCode{36},
                  EventVersion{1},
                  "A pool with users began to be made one that ignores case."});
  }
};

struct PoolFoldingFinished {
  bool operator==(const PoolFoldingFinished&) const = default;

  static constexpr auto describe() {
    return event({"pool.folding_finished",
                  EventCode{37},
                  EventVersion{1},
                  "Every user of the pool has its folded forms to itself; from here on the pool "
                  "ignores case."});
  }
};

struct PoolFoldingCancelled {
  bool operator==(const PoolFoldingCancelled&) const = default;

  static constexpr auto describe() {
    return event({"pool.folding_cancelled",
                  EventCode{38},
                  EventVersion{1},
                  "The pool is not to ignore case after all; what was done is undone in steps that "
                  "follow."});
  }
};

struct PoolFoldingUndone {
  bool operator==(const PoolFoldingUndone&) const = default;

  static constexpr auto describe() {
    return event({"pool.folding_undone",
                  EventCode{39},
                  EventVersion{1},
                  "Nothing is left of a cancelled folding of the pool."});
  }
};

}  // namespace muster
