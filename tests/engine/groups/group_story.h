/// A pool with users and groups, and commands about them as a request would prepare them.
#pragma once

#include "engine/groups/group_commands.h"
#include "tests/engine/support/people.h"

namespace muster {

class GroupStory : public PeopleStory {
 public:
  /// The stream of a group, hidden ones included; nil when there is none.
  StreamId stream_of(const std::string& id) {
    const auto found = states.get<GroupState>(address(id));
    return found && *found != nullptr ? (*found)->head.stream : StreamId{};
  }

  GroupState group(const std::string& id) {
    return read<GroupState>(Aggregate::kGroup, id, pool().head.stream);
  }

  Result<Decide> create_group(const std::string& id, const std::string& parent = {}) {
    return create_group(GroupBody{id, "name of " + id, "", parent});
  }

  Result<Decide> create_group(GroupBody body) {
    const PoolState pool_now = pool();
    const StreamId parent = stream_of(body.parent_id);
    return prepare_create_group(ports(), {log, pool_now, std::move(body), parent});
  }

  /// `levels`: how many levels the group and those below it take.
  Result<Decide> replace_group(const std::string& id, GroupBody body, std::size_t levels = 1) {
    const StreamId parent = stream_of(body.parent_id);
    return prepare_replace_group(
        ports(),
        {group_name(id), std::move(body), parent, GroupHeight{stream_of(id), levels, groups()}});
  }

  /// What a height holds with.
  Counters groups() {
    const std::string key = states.views().pool_groups_key(log, pool().head.stream);
    return states.counters(key).value();
  }

  Result<Decide> move_group(const std::string& id,
                            const std::string& parent,
                            std::size_t levels = 1) {
    return replace_group(id, {"", "name of " + id, "", parent}, levels);
  }

  static GroupName group_name(const std::string& id) { return {log, "people", id}; }

  static MemberName member(const std::string& user, const std::string& group) {
    return {name(user), group};
  }

  void given_user(const std::string& id) {
    CreateUser input = ada();
    input.id = id;
    given(create(std::move(input)));
  }

 private:
  StateAddress address(const std::string& id) {
    return {log, Aggregate::kGroup, pool().head.stream, id};
  }
};

}  // namespace muster
