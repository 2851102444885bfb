#include "tests/sim/chooser.h"

#include <array>

namespace muster::sim {
namespace {

/// More make a world slow without making it richer.
constexpr std::size_t kUsersMax = 160;
constexpr std::uint32_t kTenants = 2;

constexpr std::array<std::string_view, 4> kStatuses{"new", "active", "inactive", "deleted"};
constexpr std::array<std::string_view, 3> kPasswordStates{"valid",
                                                          "must_be_reset",
                                                          "must_be_changed"};

struct Weight {
  Kind kind;
  std::size_t weight;
};

constexpr std::array<Weight, 27> kWeights{{
    {Kind::kCreateUser, 190},
    {Kind::kReplaceUser, 80},
    {Kind::kUpsertUser, 130},
    {Kind::kDeleteUser, 35},
    {Kind::kEraseUser, 35},
    {Kind::kAddIdentifier, 60},
    {Kind::kRemoveIdentifier, 40},
    {Kind::kAddAddress, 60},
    {Kind::kUpdateAddress, 50},
    {Kind::kRemoveAddress, 30},
    {Kind::kSetCredential, 35},
    {Kind::kChangePasswordState, 35},
    {Kind::kNotePasswordVerified, 30},
    {Kind::kCreatePool, 25},
    {Kind::kReplacePool, 30},
    {Kind::kDeletePool, 6},
    {Kind::kEmptyPoolStep, 20},
    {Kind::kFoldPool, 70},
    {Kind::kCreateSchema, 25},
    {Kind::kReplaceSchema, 20},
    {Kind::kDeleteSchema, 20},
    {Kind::kCreateClient, 15},
    {Kind::kRotateClientSecret, 12},
    {Kind::kDeleteClient, 8},
    {Kind::kCreateWorkspace, 5},
    {Kind::kCreateTenant, 3},
    {Kind::kCreateSigningKey, 5},
}};

constexpr std::size_t total_weight() {
  std::size_t sum = 0;
  for (const Weight& entry : kWeights) {
    sum += entry.weight;
  }
  return sum;
}

Intent of(Kind kind, LogId log, std::string id) {
  Intent intent;
  intent.kind = kind;
  intent.log = log;
  intent.id = std::move(id);
  return intent;
}

Intent schema(LogId log, const std::string& id, int level, bool system) {
  Intent intent = of(Kind::kCreateSchema, log, id);
  intent.name = "schema " + id;
  intent.level = level;
  intent.system = system;
  return intent;
}

Intent pool(LogId log, const std::string& id, const std::string& schema_id, bool folds) {
  Intent intent = of(Kind::kCreatePool, log, id);
  intent.name = "Pool" + id;
  intent.schema = schema_id;
  intent.folds = folds;
  return intent;
}

}  // namespace

std::optional<Intent> Chooser::founding(const Oracle& oracle) {
  for (std::uint32_t number = 1; number <= kTenants; ++number) {
    const LogId log{number};
    const std::string tenant = "tenant" + std::to_string(number);
    if (!oracle.tenants.contains(tenant)) {
      Intent intent = of(Kind::kCreateTenant, kSystemLog, tenant);
      intent.number = static_cast<int>(number);
      return intent;
    }
    if (oracle.workspaces.contains({log, "founded"})) {
      continue;
    }
    for (const auto& [id, level] : {std::pair{"default_metadata", 0}, {"open", 0}, {"strict", 3}}) {
      if (!oracle.schemas.contains({log, id})) {
        return schema(log, id, level, id == std::string_view{"default_metadata"});
      }
    }
    if (oracle.pool(log, "p0") == nullptr) {
      return pool(log, "p0", "open", true);
    }
    if (oracle.pool(log, "p1") == nullptr) {
      return pool(log, "p1", "strict", false);
    }
    return of(Kind::kCreateWorkspace, log, "founded");
  }
  return std::nullopt;
}

std::string Chooser::numbered(const std::string& prefix, std::size_t count) {
  return prefix + std::to_string(dice_.below(count));
}

std::string Chooser::schema_id() {
  switch (dice_.below(8)) {
    case 0:
      return "missing";
    case 1:
    case 2:
      return "strict";
    case 3:
    case 4:
      return "open";
    default:
      return numbered("s", 5);
  }
}

Part Chooser::identifier() {
  Part part;
  part.type = dice_.one_in(4) ? "uid" : "email";
  part.value = part.type == "uid" ? numbered("Login-", 90) : numbered("Mail", 200) + "@example.org";
  if (dice_.one_in(3)) {
    part.value[0] = static_cast<char>(part.value[0] + 32);
  }
  part.note = dice_.one_in(5) ? numbered("n", 3) : "";
  return part;
}

Part Chooser::address() {
  Part part;
  part.type = "email";
  part.value = numbered(dice_.one_in(3) ? "Home" : "home", 120) + "@example.org";
  part.verified = dice_.one_in(2);
  part.status = dice_.one_in(4) ? "inactive" : "active";
  return part;
}

Person Chooser::person() {
  Person person;
  person.status = kStatuses[dice_.below(kStatuses.size())];
  person.jit = dice_.one_in(5);
  person.level = static_cast<int>(dice_.below(8)) - 1;
  person.name = numbered("Ada", 40);
  person.schema = dice_.one_in(5) ? schema_id() : "";
  person.note = dice_.one_in(3) ? numbered("note", 9) : "";
  person.password = dice_.one_in(3) ? next_secret_++ : 0;
  // A pool that folds must not see one name twice in a request, so each has its own place.
  for (std::size_t k = dice_.below(3); k > 0; --k) {
    person.identifiers.push_back(identifier());
    person.identifiers.back().value += "." + std::to_string(k);
  }
  for (std::size_t k = dice_.below(3); k > 0; --k) {
    person.addresses.push_back(address());
    person.addresses.back().value += "." + std::string(k, 'a');
  }
  for (Part& part : person.identifiers) {
    part.type = part.type == "email" ? "external" : part.type;
  }
  return person;
}

Kind Chooser::pick_kind(const Oracle& current) {
  std::size_t left = dice_.below(total_weight());
  for (const Weight& entry : kWeights) {
    if (left < entry.weight) {
      const bool crowded = current.users.size() > kUsersMax;
      return crowded && entry.kind == Kind::kCreateUser ? Kind::kDeleteUser : entry.kind;
    }
    left -= entry.weight;
  }
  return Kind::kCreateUser;
}

void Chooser::choose_user(Intent& intent, const Oracle& current) {
  intent.log = LogId{1 + static_cast<std::uint32_t>(dice_.below(kTenants))};
  intent.pool = numbered("p", 5);
  intent.id = numbered("u", 100);
  const ModelPool* in = current.pool(intent.log, intent.pool);
  if (in == nullptr && !dice_.one_in(8)) {
    intent.pool = dice_.one_in(2) ? "p0" : "p1";
    in = current.pool(intent.log, intent.pool);
  }
  if (in == nullptr || intent.kind == Kind::kCreateUser || dice_.one_in(12)) {
    return;
  }
  auto found = current.users.lower_bound({in->stream, intent.id});
  if (found == current.users.end() || found->first.first != in->stream) {
    found = current.users.lower_bound({in->stream, ""});
  }
  const bool there = found != current.users.end() && found->first.first == in->stream;
  if (there && !(intent.kind == Kind::kUpsertUser && dice_.one_in(2))) {
    intent.id = found->first.second;
  }
}

void Chooser::choose_part(Intent& intent, const Oracle& current) {
  const bool of_address = intent.kind == Kind::kAddAddress || intent.kind == Kind::kUpdateAddress ||
                          intent.kind == Kind::kRemoveAddress;
  intent.part = of_address ? address() : identifier();
  const ModelPool* in = current.pool(intent.log, intent.pool);
  const ModelUser* user = in == nullptr ? nullptr : current.user(in->stream, intent.id);
  const bool adds = intent.kind == Kind::kAddIdentifier || intent.kind == Kind::kAddAddress;
  if (user == nullptr || dice_.one_in(8)) {
    return;
  }
  const auto& held = of_address ? user->addresses : user->identifiers;
  if (!adds && !held.empty()) {
    intent.part.value = held[dice_.below(held.size())].value;
  }
  if (adds && dice_.one_in(6)) {
    // What somebody else has.
    const auto& names = of_address ? current.addresses : current.identifiers;
    const auto taken = names.lower_bound({in->stream, ""});
    if (taken != names.end() && taken->first.first == in->stream) {
      intent.part.type = of_address ? "email" : "external";
      intent.part.value = taken->first.second;
    }
  } else if (adds && !held.empty() && dice_.one_in(8)) {
    intent.part.type = of_address ? "email" : "external";
    intent.part.value = held[dice_.below(held.size())].value;  // what it has itself
  }
  // An upper case letter for a lower case one, or the other way round.
  if (adds && dice_.one_in(3)) {
    intent.part.value[0] = static_cast<char>(intent.part.value[0] ^ 0x20);
  }
}

Intent Chooser::about_user(Kind kind, const Oracle& current, const Oracle& published) {
  Intent intent;
  intent.kind = kind;
  choose_user(intent, current);
  if (kind == Kind::kCreateUser && dice_.one_in(8)) {
    intent.id = "";
  }
  intent.person = person();
  if (kind == Kind::kCreateUser && dice_.one_in(12)) {
    intent.person = {};  // nothing personal at all
    intent.person.status = "new";
    intent.id = "";
  }
  if (kind == Kind::kReplaceUser) {
    intent.person.status = dice_.one_in(2) ? "" : intent.person.status;
    intent.person.schema = dice_.one_in(8) ? intent.person.schema : "";
  }
  choose_part(intent, current);
  intent.number = dice_.one_in(3) ? 1 : next_secret_++;
  intent.text = kPasswordStates[dice_.below(kPasswordStates.size())];
  if (kind == Kind::kNotePasswordVerified) {
    const ModelPool* in = published.pool(intent.log, intent.pool);
    const ModelUser* user = in == nullptr ? nullptr : published.user(in->stream, intent.id);
    if (user != nullptr) {
      intent.stream = user->stream;
      intent.number = user->password;
      intent.text = user->password_state;
    }
  }
  return intent;
}

Intent Chooser::about_pool(Kind kind, const Oracle& published) {
  Intent intent;
  intent.kind = kind;
  intent.log = LogId{1 + static_cast<std::uint32_t>(dice_.below(kTenants))};
  if (kind == Kind::kEmptyPoolStep) {
    if (!published.deleted_pools.empty()) {
      const auto& [stream, pool] = *published.deleted_pools.begin();
      intent.log = pool.first;
      intent.stream = stream;
      intent.users = published.first_users(stream, 1 + dice_.below(12));
    }
    return intent;
  }
  intent.id = numbered("p", 5);
  intent.name = dice_.one_in(4) ? numbered("Pool", 3) : "Pool" + intent.id;
  intent.schema = schema_id();
  intent.folds = dice_.one_in(2);
  intent.text = numbered("text ", 3);
  const ModelPool* held = published.pool(intent.log, intent.id);
  if (kind == Kind::kReplacePool && held != nullptr && dice_.one_in(2)) {
    intent.folds = held->folds;
    intent.schema = held->schema;
  }
  return intent;
}

Intent Chooser::about_folding(const Oracle& published) {
  Intent intent;
  intent.kind = Kind::kFoldPool;
  intent.log = LogId{1 + static_cast<std::uint32_t>(dice_.below(kTenants))};
  intent.id = dice_.one_in(2) ? "p1" : numbered("p", 5);
  intent.fold = static_cast<Fold>(dice_.below(4));
  const ModelPool* held = published.pool(intent.log, intent.id);
  if (held == nullptr) {
    return intent;
  }
  intent.stream = held->stream;
  intent.folds = held->folding != "undoing";
  const bool under_way = held->folding == "building" || held->folding == "undoing";
  if (!dice_.one_in(5)) {
    intent.fold = !under_way ? Fold::kStart : dice_.one_in(3) ? Fold::kEnd : Fold::kStep;
  }
  const std::size_t most = 1 + dice_.below(12);
  for (const std::string& id : published.first_users(held->stream, 1000)) {
    const bool changes = published.user(held->stream, id)->folded != intent.folds;
    if (intent.fold == Fold::kStep && changes && intent.users.size() < most) {
      intent.users.push_back(id);
    }
  }
  return intent;
}

Intent Chooser::about_schema(Kind kind) {
  Intent intent;
  intent.kind = kind;
  intent.log = LogId{1 + static_cast<std::uint32_t>(dice_.below(kTenants))};
  intent.id = numbered("s", 5);
  if (kind != Kind::kCreateSchema && dice_.one_in(5)) {
    intent.id = dice_.one_in(2) ? "strict" : "default_metadata";
  }
  intent.name = dice_.one_in(4) ? numbered("schema s", 5) : "schema " + intent.id;
  intent.level = static_cast<int>(dice_.below(6));
  return intent;
}

Intent Chooser::about_others(Kind kind) {
  Intent intent;
  intent.kind = kind;
  intent.log = LogId{1 + static_cast<std::uint32_t>(dice_.below(kTenants))};
  switch (kind) {
    case Kind::kCreateWorkspace:
      intent.id = numbered("w", 4);
      break;
    case Kind::kCreateTenant:
      intent.log = kSystemLog;
      intent.id = numbered("tenant", 9);
      intent.number = next_log_++;
      break;
    case Kind::kCreateSigningKey:
      intent.number = static_cast<int>(dice_.below(20));
      break;
    default:
      intent.id = numbered("client", 6);
      intent.text = dice_.one_in(6) ? "nowhere" : "founded";
      intent.number = static_cast<int>(dice_.below(4));
      break;
  }
  return intent;
}

Intent Chooser::next(const Oracle& current, const Oracle& published) {
  const Kind kind = pick_kind(current);
  if (kind <= Kind::kNotePasswordVerified) {
    return about_user(kind, current, published);
  }
  if (kind <= Kind::kEmptyPoolStep) {
    return about_pool(kind, published);
  }
  if (kind == Kind::kFoldPool) {
    return about_folding(published);
  }
  return kind <= Kind::kDeleteSchema ? about_schema(kind) : about_others(kind);
}

}  // namespace muster::sim
