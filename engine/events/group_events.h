/// Events of groups: a tree in each pool. Who is a member is an event of the user.
#pragma once

#include "engine/events/describe.h"

namespace muster {

struct GroupCreated {
  StreamId pool;
  std::string pool_id;
  std::string id;
  std::string name;
  std::string description;
  StreamId parent;
  std::string parent_id;

  bool operator==(const GroupCreated&) const = default;

  static constexpr auto describe() {
    return event(
        {"group.created", EventCode{70}, EventVersion{1}, "A group was added to a pool."},
        field("pool", &GroupCreated::pool, "Stream of the pool."),
        field("pool_id", &GroupCreated::pool_id, "Id of the pool."),
        field("id", &GroupCreated::id, "The group's id in URLs."),
        field("name", &GroupCreated::name, "Unique name among the groups of the same parent."),
        field("description", &GroupCreated::description, "What it is for."),
        field("parent", &GroupCreated::parent, "Stream of the parent; absent at the top."),
        field("parent_id", &GroupCreated::parent_id, "Id of the parent; absent at the top."));
  }
};

struct GroupReplaced {
  std::string name;
  std::string description;
  StreamId parent;
  std::string parent_id;

  bool operator==(const GroupReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"group.replaced",
         EventCode{71},
         EventVersion{1},
         "A group was renamed, described anew or moved."},
        field("name", &GroupReplaced::name, "Name from now on."),
        field("description", &GroupReplaced::description, "What it is for."),
        field("parent", &GroupReplaced::parent, "Stream of the parent; absent at the top."),
        field("parent_id", &GroupReplaced::parent_id, "Id of the parent; absent at the top."));
  }
};

struct GroupDeleted {
  bool operator==(const GroupDeleted&) const = default;

  static constexpr auto describe() {
    return event({"group.deleted",
                  EventCode{72},
                  EventVersion{1},
                  "A group and all below it became invisible; subgroups and memberships are "
                  "removed in steps that follow."});
  }
};

struct GroupEmptied {
  bool operator==(const GroupEmptied&) const = default;

  static constexpr auto describe() {
    return event({"group.emptied",
                  EventCode{73},
                  EventVersion{1},
                  "The last membership of a deleted group was removed; nothing of it is left."});
  }
};

}  // namespace muster
