/// A crash at every single step that the disk can refuse: every write, every sync, every key that
/// is overwritten. Afterwards everything acknowledged is there, and doing it again gets it done.
#include <catch2/catch.hpp>

#include "tests/sim/checks.h"
#include "tests/sim/world.h"

namespace muster::sim {
namespace {

constexpr LogId kLog{1};
/// More steps than any scenario has.
constexpr std::size_t kStepsMax = 1000;
/// MemoryKv::crash() keeps a part of what was unsynced that follows from the fate.
constexpr std::uint64_t kFates = 4;

/// The next group to send, looking at what was acknowledged; nothing when all is done.
using Plan = std::function<std::vector<Intent>(const Oracle&)>;

void carry_out(World& world, const Plan& plan) {
  for (std::vector<Intent> group = plan(world.durable()); !group.empty();
       group = plan(world.durable())) {
    demand(world.perform(group), "nothing fails here");
  }
}

/// False when the process died on the way.
bool gets_through(World& world, const Plan& plan) {
  for (std::vector<Intent> group = plan(world.durable()); !group.empty();
       group = plan(world.durable())) {
    if (!world.perform(group)) {
      return false;
    }
  }
  return true;
}

/// How many steps the plan has, or why something was not as it must be.
std::string crash_everywhere(const Plan& before, const Plan& plan) {
  for (std::uint64_t fate = 0; fate < kFates; ++fate) {
    for (std::size_t steps = 0;; ++steps) {
      Coverage coverage;
      World world{17, coverage};
      bool through = false;
      try {
        demand(steps < kStepsMax, "there is no end to it");
        carry_out(world, before);
        world.fail_after_steps(steps);
        through = gets_through(world, plan);
        world.restart(fate);
        carry_out(world, plan);
        world.restart(fate);
      } catch (const Broken& broken) {
        return "fate " + std::to_string(fate) + ", step " + std::to_string(steps) + ": " +
               broken.what();
      }
      if (through) {
        if (steps == 0) {
          return "nothing was written";
        }
        break;
      }
    }
  }
  return "";
}

Intent intent(Kind kind, const std::string& id) {
  Intent made;
  made.kind = kind;
  made.log = kLog;
  made.id = id;
  made.pool = "p0";
  return made;
}

Part email(const std::string& value) {
  return {"email", value, "", false, "active"};
}

Intent create(Kind kind, const std::string& id) {
  Intent made = intent(kind, id);
  made.person.status = "active";
  made.person.level = 4;
  made.person.name = "Ada";
  made.person.identifiers = {{"email", id + "@example.org", "", false, ""}};
  made.person.addresses = {email("home." + id + "@example.org")};
  made.person.addresses[0].verified = true;
  made.person.password = 7;
  return made;
}

/// Every one of these changes something once, after which it is refused or changes nothing.
std::vector<Intent> next_of(const Oracle& oracle, const std::vector<Intent>& wanted) {
  for (const Intent& one : wanted) {
    const Verdict verdict = oracle.judge(one);
    if (verdict.rule.empty() && verdict.events > 0) {
      return {one};
    }
  }
  return {};
}

std::vector<Intent> found(const Oracle& oracle) {
  const auto next = Chooser::founding(oracle);
  return next ? std::vector<Intent>{*next} : std::vector<Intent>{};
}

/// Somebody and something of every kind to be changed.
std::vector<Intent> furnish(const Oracle& oracle) {
  if (auto founding = found(oracle); !founding.empty()) {
    return founding;
  }
  Intent client = intent(Kind::kCreateClient, "client0");
  client.text = "founded";
  Intent unused = intent(Kind::kCreateSchema, "s0");
  unused.name = "schema s0";
  Intent empty = intent(Kind::kCreatePool, "p2");
  empty.name = "Poolp2";
  empty.schema = "open";
  Intent must_change = intent(Kind::kChangePasswordState, "bob");
  must_change.text = "must_be_changed";
  return next_of(oracle,
                 {client,
                  unused,
                  empty,
                  create(Kind::kCreateUser, "ada"),
                  create(Kind::kCreateUser, "bob"),
                  must_change});
}

Intent part(Kind kind, const std::string& value) {
  Intent made = intent(kind, "ada");
  const bool of_address = kind != Kind::kAddIdentifier && kind != Kind::kRemoveIdentifier;
  made.part = of_address ? email(value) : Part{"email", value, "", false, ""};
  return made;
}

Intent about_user(Kind kind) {
  Intent made = create(kind, "ada");
  switch (kind) {
    case Kind::kCreateUser:
      return create(kind, "eve");
    case Kind::kReplaceUser:
      made.person.name = "Augusta";
      made.person.note = "moved";
      return made;
    case Kind::kUpsertUser:
      made.person.identifiers = {{"email", "augusta@example.org", "", false, ""}};
      made.person.addresses.clear();
      made.person.status = "inactive";
      return made;
    case Kind::kAddIdentifier:
    case Kind::kAddAddress:
      return part(kind, "second@example.org");
    case Kind::kRemoveIdentifier:
      return part(kind, "ada@example.org");
    case Kind::kUpdateAddress:
    case Kind::kRemoveAddress:
      return part(kind, "home.ada@example.org");
    case Kind::kSetCredential:
      made.number = 8;
      return made;
    case Kind::kChangePasswordState:
      made.text = "must_be_reset";
      return made;
    default:
      return made;
  }
}

Intent about_anything(Kind kind) {
  Intent made = intent(kind, "client0");
  made.text = "founded";
  made.number = 9;
  switch (kind) {
    case Kind::kCreatePool:
    case Kind::kReplacePool:
    case Kind::kDeletePool:
      made.id = kind == Kind::kCreatePool ? "p3" : "p2";
      made.name = "Another";
      made.schema = "open";
      return made;
    case Kind::kCreateSchema:
    case Kind::kReplaceSchema:
    case Kind::kDeleteSchema:
      made.id = kind == Kind::kCreateSchema ? "s1" : "s0";
      made.name = "another";
      made.level = 2;  // large enough to lie apart
      return made;
    case Kind::kCreateClient:
      made.id = "client1";
      return made;
    case Kind::kCreateWorkspace:
      made.id = "another";
      return made;
    case Kind::kCreateTenant:
      made.id = "another";
      made.log = kSystemLog;
      return made;
    default:
      return made;
  }
}

}  // namespace

TEST_CASE("a crash at any write of any command loses nothing that was promised", "[sim]") {
  for (std::size_t number = 0; number < kKindNames.size(); ++number) {
    const auto kind = static_cast<Kind>(number);
    if (kind == Kind::kEmptyPoolStep || kind == Kind::kFoldPool) {
      continue;  // below
    }
    DYNAMIC_SECTION(kKindNames[number]) {
      const bool of_user = kind <= Kind::kNotePasswordVerified;
      const Plan plan = [&](const Oracle& oracle) {
        Intent wanted = of_user ? about_user(kind) : about_anything(kind);
        if (kind == Kind::kNotePasswordVerified) {
          const ModelUser& bob = *oracle.user(oracle.pool(kLog, "p0")->stream, "bob");
          wanted.id = "bob";
          wanted.stream = bob.stream;
          wanted.number = bob.password;
          wanted.text = bob.password_state;
        }
        return next_of(oracle, {wanted});
      };
      CHECK(crash_everywhere(furnish, plan) == "");
    }
  }
}

TEST_CASE("a crash at any write of a first start is made up for by the next", "[sim]") {
  const Plan nothing = [](const Oracle&) {
    return std::vector<Intent>{};
  };
  CHECK(crash_everywhere(nothing, found) == "");
}

TEST_CASE("a crash at any write of an import loses no user that was reported", "[sim]") {
  const Plan plan = [](const Oracle& oracle) {
    constexpr std::size_t kPerGroup = 8;
    std::vector<Intent> group;
    for (int number = 0; number < 40 && group.size() < kPerGroup; ++number) {
      Intent entry = create(Kind::kUpsertUser, "imported" + std::to_string(number));
      if (oracle.judge(entry).events > 0) {
        group.push_back(entry);
      }
    }
    return group;
  };
  CHECK(crash_everywhere(furnish, plan) == "");
}

TEST_CASE("a crash at any write of the folding of a pool leaves it to be finished", "[sim]") {
  const Plan peopled = [](const Oracle& oracle) {
    if (auto furnishing = furnish(oracle); !furnishing.empty()) {
      return furnishing;
    }
    if (oracle.pool(kLog, "p1") == nullptr) {
      Intent made = intent(Kind::kCreatePool, "p1");
      made.name = "Poolp1";
      made.schema = "open";
      return std::vector<Intent>{made};
    }
    std::vector<Intent> wanted;
    for (int number = 0; number < 12; ++number) {
      wanted.push_back(create(Kind::kCreateUser, "person" + std::to_string(number)));
      wanted.back().pool = "p1";
    }
    return next_of(oracle, wanted);
  };
  const Plan plan = [](const Oracle& oracle) {
    const ModelPool& pool = *oracle.pool(kLog, "p1");
    Intent next = intent(Kind::kFoldPool, "p1");
    next.stream = pool.stream;
    next.folds = true;
    for (const std::string& id : oracle.first_users(pool.stream, 12)) {
      if (!oracle.user(pool.stream, id)->folded && next.users.size() < 5) {
        next.users.push_back(id);
      }
    }
    next.fold = pool.folding.empty() ? Fold::kStart : next.users.empty() ? Fold::kEnd : Fold::kStep;
    return pool.folds ? std::vector<Intent>{} : std::vector<Intent>{next};
  };
  CHECK(crash_everywhere(peopled, plan) == "");
}

TEST_CASE("a crash at any write of the emptying of a pool leaves it to be finished", "[sim]") {
  const Plan peopled = [](const Oracle& oracle) {
    if (auto furnishing = furnish(oracle); !furnishing.empty()) {
      return furnishing;
    }
    std::vector<Intent> wanted;
    wanted.reserve(12);
    for (int number = 0; number < 12; ++number) {
      wanted.push_back(create(Kind::kCreateUser, "person" + std::to_string(number)));
    }
    return next_of(oracle, wanted);
  };
  const Plan plan = [](const Oracle& oracle) {
    if (oracle.pool(kLog, "p0") != nullptr) {
      return std::vector<Intent>{intent(Kind::kDeletePool, "p0")};
    }
    if (oracle.deleted_pools.empty()) {
      return std::vector<Intent>{};
    }
    Intent step = intent(Kind::kEmptyPoolStep, "");
    step.stream = oracle.deleted_pools.begin()->first;
    step.users = oracle.first_users(step.stream, 5);
    return std::vector<Intent>{step};
  };
  CHECK(crash_everywhere(peopled, plan) == "");
}

}  // namespace muster::sim
