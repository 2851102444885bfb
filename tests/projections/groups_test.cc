#include "projections/groups.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/projections/world.h"

namespace muster::test {
namespace {

const std::vector<std::string> kNames = {"ann", "Ann", "bob", "Bobby", "\xC3\x89va", "x", "xy"};

/// A pool with a random tree of groups, some deleted, and users in them; and what is to be read,
/// said in the plainest way.
struct Forest {
  World world;
  PoolState pool = world.make_pool("p");
  std::vector<GroupState> all;  // as they are or were
  std::vector<UserState> users;
  Groups groups{world.kv, world.users};

  explicit Forest(std::uint64_t seed) {
    Dice dice{seed};
    world.commit({pool});
    std::set<std::pair<StreamId, std::string>> names;
    for (std::size_t i = 0; i < 40; ++i) {
      const GroupState* parent = all.empty() || dice.below(4) == 0 ? nullptr : &dice.one_of(all);
      const std::string& name = dice.one_of(kNames);
      if (names.emplace(parent == nullptr ? StreamId{} : parent->head.stream, name).second) {
        all.push_back(make("g" + std::to_string(dice.below(10)) + std::to_string(i), name, parent));
        world.commit({all.back()});
      }
    }
    for (std::size_t i = 0; i < 25; ++i) {
      UserState user =
          world.make_user(pool, "u" + std::to_string(dice.below(90)) + "-" + std::to_string(i));
      for (std::size_t joined = dice.below(5); joined > 0; --joined) {
        const GroupState& group = dice.one_of(all);
        if (user.find_membership(group.head.stream) == nullptr) {
          user.groups.push_back({group.head.stream, group.id});
        }
      }
      world.commit({user});
      users.push_back(user);
    }
    std::ranges::sort(users, {}, &UserState::id);
    remove_some(dice);
  }

  GroupState make(const std::string& id, const std::string& name, const GroupState* parent) {
    GroupState group;
    group.head = world.next_head();
    group.pool = pool.head.stream;
    group.pool_id = pool.id;
    group.id = id;
    group.name = name;
    if (parent != nullptr) {
      group.parent = parent->head.stream;
      group.parent_id = parent->id;
    }
    return group;
  }

  /// Deletes some groups, and gives the ids of some of those to others.
  void remove_some(Dice& dice) {
    const std::size_t made = all.size();
    for (std::size_t i = 0; i < 4; ++i) {
      GroupState& doomed = all[dice.below(made)];
      if (doomed.deleting) {
        continue;
      }
      // As if it had never been stored: what remains of it is a row of another kind.
      GroupState gone = doomed;
      gone.gone = true;
      world.commit({gone});
      doomed.deleting = true;
      world.commit({doomed});
      if (dice.below(2) == 0) {
        all.push_back(make(doomed.id, "again " + std::to_string(i), nullptr));
        world.commit({all.back()});
      }
    }
  }

  [[nodiscard]] PoolAt at() {
    point = world.published.now();
    return {*point, kLog, pool};
  }

  const GroupState* of_stream(StreamId stream) const {
    const auto found = std::ranges::find_if(
        all, [&](const GroupState& group) { return group.head.stream == stream; });
    return found == all.end() ? nullptr : &*found;
  }

  bool visible(const GroupState& group) const {
    return !group.deleting && (group.parent.is_nil() || visible(*of_stream(group.parent)));
  }

  /// Whether `below` is some level below the group of that stream; nil: anything is.
  bool is_below(const GroupState& below, StreamId above) const {
    return above.is_nil() || below.parent == above ||
           (!below.parent.is_nil() && is_below(*of_stream(below.parent), above));
  }

  bool is_in(const UserState& user, const GroupState& group, bool nested) const {
    return std::ranges::any_of(user.groups, [&](const Membership& held) {
      return held.group == group.head.stream ||
             (nested && is_below(*of_stream(held.group), group.head.stream) &&
              visible(*of_stream(held.group)));
    });
  }

  std::vector<GroupState> seen() const {
    std::vector<GroupState> found;
    std::ranges::copy_if(
        all, std::back_inserter(found), [&](const GroupState& group) { return visible(group); });
    return found;
  }

  std::shared_ptr<const ReadPoint> point;
};

bool in_order(const GroupState& left, const GroupState& right) {
  return std::tie(left.name, left.id) < std::tie(right.name, right.id);
}

/// The ids of a page of `groups`.
std::vector<std::string> page_of(std::vector<GroupState> groups,
                                 const Forest& forest,
                                 const GroupPage& page) {
  std::ranges::sort(groups, in_order);
  const auto place = [&](const std::string& id) {
    return *std::ranges::find_if(forest.all, [&](const GroupState& group) {
      return group.id == id && forest.visible(group);
    });
  };
  std::erase_if(groups, [&](const GroupState& group) {
    const std::string folded = fold(std::string_view{group.name});
    const std::string wanted = fold(std::string_view{page.name});
    return (page.after && !in_order(place(*page.after), group)) ||
           (page.before && !in_order(group, place(*page.before))) ||
           !(folded.starts_with(wanted) || folded.ends_with(wanted));
  });
  const std::size_t size = std::min(groups.size(), page.limit);
  page.before ? groups.erase(groups.begin(), groups.end() - static_cast<std::ptrdiff_t>(size))
              : groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(size), groups.end());
  std::vector<std::string> ids;
  for (const GroupState& group : groups) {
    ids.push_back(group.id);
  }
  return ids;
}

std::vector<std::string> ids_of(const Result<std::vector<GroupState>>& groups) {
  REQUIRE(groups.has_value());
  std::vector<std::string> ids;
  for (const GroupState& group : *groups) {
    ids.push_back(group.id);
  }
  return ids;
}

GroupPage random_page(Dice& dice, const std::vector<GroupState>& seen) {
  GroupPage page;
  page.limit = 1 + dice.below(8);
  if (!seen.empty() && dice.below(2) == 0) {
    (dice.below(2) == 0 ? page.after : page.before) = dice.one_of(seen).id;
  }
  page.name = dice.below(3) == 0 ? dice.one_of(std::vector<std::string>{"A", "n", "b", "y"}) : "";
  return page;
}

}  // namespace

TEST_CASE("lists of groups show what is visible, page by page", "[projections]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Forest forest{seed};
    Dice dice{seed + 1000};
    const auto seen = forest.seen();
    for (std::size_t round = 0; round < 20; ++round) {
      const GroupState* parent = seen.empty() || dice.below(2) == 0 ? nullptr : &dice.one_of(seen);
      const StreamId above = parent == nullptr ? StreamId{} : parent->head.stream;
      const bool nested = dice.below(2) == 0;
      const GroupPage page = random_page(dice, seen);
      CAPTURE(seed, round, nested, page.limit, page.name);
      std::vector<GroupState> expected;
      for (const GroupState& group : seen) {
        if (nested ? forest.is_below(group, above) : group.parent == above) {
          expected.push_back(group);
        }
      }
      CHECK(ids_of(forest.groups.list(forest.at(), parent, nested, page)) ==
            page_of(expected, forest, page));
    }
  }
}

TEST_CASE("groups of a user are those visible, with those above them if asked", "[projections]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Forest forest{seed};
    Dice dice{seed + 2000};
    const auto seen = forest.seen();
    for (const UserState& user : forest.users) {
      const bool with_parents = dice.below(2) == 0;
      const GroupPage page = random_page(dice, seen);
      CAPTURE(seed, user.id, with_parents);
      std::vector<GroupState> expected;
      for (const GroupState& group : seen) {
        if (forest.is_in(user, group, with_parents)) {
          expected.push_back(group);
        }
      }
      CHECK(ids_of(forest.groups.list_of_user(forest.at(), user, with_parents, page)) ==
            page_of(expected, forest, page));
    }
  }
}

TEST_CASE("members are listed in order of id, each once, from either cursor", "[projections]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Forest forest{seed};
    Dice dice{seed + 3000};
    for (const GroupState& group : forest.seen()) {
      MemberPage page;
      page.limit = 1 + dice.below(5);
      page.nested = dice.below(2) == 0;
      if (dice.below(2) == 0) {
        // Cursors need not exist.
        (dice.below(2) == 0 ? page.after : page.before) =
            dice.one_of(forest.users).id + (dice.below(2) == 0 ? "x" : "");
      }
      if (page.before && dice.below(2) == 0) {
        page.after = "u3";
      }
      CAPTURE(seed, group.id, page.nested, page.limit);
      std::vector<std::string> expected;
      for (const UserState& user : forest.users) {
        const bool member = forest.is_in(user, group, page.nested);
        CHECK(*forest.groups.is_member(forest.at(), user, group, page.nested) == member);
        if (member && (!page.after || user.id > *page.after) &&
            (!page.before || user.id < *page.before)) {
          expected.push_back(user.id);
        }
      }
      const auto surplus =
          static_cast<std::ptrdiff_t>(expected.size() - std::min(expected.size(), page.limit));
      page.before ? expected.erase(expected.begin(), expected.begin() + surplus)
                  : expected.erase(expected.end() - surplus, expected.end());
      const auto listed = forest.groups.list_members(forest.at(), group, page);
      REQUIRE(listed.has_value());
      CHECK(ids_of(*listed) == expected);
    }
  }
}

TEST_CASE("a group is found while it and all above it are there", "[projections]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Forest forest{seed};
    for (const GroupState& group : forest.all) {
      CAPTURE(seed, group.id);
      const auto found = forest.groups.find(forest.at(), group.id);
      REQUIRE(found.has_value());
      const bool same = found->has_value() && (*found)->head.stream == group.head.stream;
      CHECK(same == forest.visible(group));
    }
  }
}

TEST_CASE("a cursor that is no visible group has no place", "[projections]") {
  Forest forest{1};
  const auto after = forest.groups.list(forest.at(), nullptr, true, {20, "nowhere"});
  REQUIRE_FALSE(after.has_value());
  CHECK(after.error().rule == "unknown_cursor");
  CHECK(after.error().faults.at(0).pointer == "after_group_id");
  GroupPage page;
  page.before = "nowhere";
  const auto before = forest.groups.list_of_user(forest.at(), forest.users[0], true, page);
  REQUIRE_FALSE(before.has_value());
  CHECK(before.error().faults.at(0).pointer == "before_group_id");
}

TEST_CASE("the height of a group counts its levels, and no further than asked", "[projections]") {
  Forest forest{1};
  GroupState above = forest.make("h0", "h0", nullptr);
  forest.world.commit({above});
  const GroupState top = above;
  for (const char* id : {"h1", "h2", "h3"}) {
    above = forest.make(id, id, &above);
    forest.world.commit({above, forest.make(std::string{id} + "x", "x", &top)});
    forest.world.commit({above});
    if (id[1] == '1') {
      CHECK(forest.groups.height(forest.at(), top, 32)->levels == 2);
    }
  }
  CHECK(forest.groups.height(forest.at(), top, 32)->levels == 4);
  CHECK(forest.groups.height(forest.at(), top, 3)->levels == 3);
  CHECK(forest.groups.height(forest.at(), above, 32)->levels == 1);
}

}  // namespace muster::test
