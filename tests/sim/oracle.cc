#include "tests/sim/oracle.h"

#include <algorithm>

namespace muster::sim {

std::string lower_case(std::string value) {
  for (char& letter : value) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
  }
  return value;
}

std::string claimed_form(const ModelPool& pool, const std::string& value) {
  return pool.folds && pool.folding.empty() ? lower_case(value) : value;
}

std::string form_of(const ModelPool& pool, const std::string& value) {
  return pool.folds ? lower_case(value) : value;
}

const Part* find_part(const std::vector<Part>& parts,
                      const std::string& value,
                      const ModelPool& pool) {
  const auto found = std::ranges::find_if(
      parts, [&](const Part& part) { return form_of(pool, part.value) == form_of(pool, value); });
  return found == parts.end() ? nullptr : &*found;
}

const ModelPool* Oracle::pool(LogId log, const std::string& id) const {
  const auto found = pools.find({log, id});
  return found == pools.end() ? nullptr : &found->second;
}

const ModelUser* Oracle::user(StreamId pool, const std::string& id) const {
  const auto found = users.find({pool, id});
  return found == users.end() ? nullptr : &found->second;
}

const ModelSchema* Oracle::schema(LogId log, const std::string& id) const {
  const auto found = schemas.find({log, id});
  return found == schemas.end() ? nullptr : &found->second;
}

Oracle::Found Oracle::find(const Intent& intent) const {
  Found found;
  found.pool = pool(intent.log, intent.pool);
  found.user = found.pool == nullptr ? nullptr : user(found.pool->stream, intent.id);
  return found;
}

std::uint64_t Oracle::log_size(LogId log) const {
  const auto found = sizes.find(log);
  return found == sizes.end() ? 0 : found->second;
}

std::pair<int, int> Oracle::count(StreamId pool) const {
  std::pair<int, int> sums{0, 0};
  for (auto user = users.lower_bound({pool, ""}); user != users.end() && user->first.first == pool;
       ++user) {
    ++(user->second.jit ? sums.second : sums.first);
  }
  return sums;
}

std::size_t Oracle::users_in(StreamId pool) const {
  const auto [standard, jit] = count(pool);
  return static_cast<std::size_t>(standard) + static_cast<std::size_t>(jit);
}

std::vector<std::string> Oracle::first_users(StreamId pool, std::size_t most) const {
  std::vector<std::string> ids;
  for (auto user = users.lower_bound({pool, ""});
       user != users.end() && user->first.first == pool && ids.size() < most;
       ++user) {
    ids.push_back(user->first.second);
  }
  return ids;
}

/// A schema that is not there refuses later, by its own rule.
bool Oracle::fits(LogId log, const std::string& id, int level, bool expected) const {
  const ModelSchema* found = schema(log, id);
  if (found == nullptr || (level < 0 && !expected)) {
    return true;
  }
  return level < 0 ? found->level == 0 : level >= found->level;
}

/// Whether the payload that the intent comes to is refused by its schema as it is.
bool Oracle::violates(const Intent& intent, const Found& found) const {
  const Person& person = intent.person;
  if (intent.kind == Kind::kCreateUser || found.user == nullptr) {
    const std::string& schema = person.schema.empty() ? found.pool->schema : person.schema;
    const bool expected = intent.kind == Kind::kCreateUser && person.status != "new";
    return !fits(intent.log, schema, person.level, expected);
  }
  const ModelUser& user = *found.user;
  const std::string& schema = person.schema.empty() ? user.schema : person.schema;
  std::string payload = payload_of(person.level, person.name);
  bool expected = false;
  if (intent.kind == Kind::kReplaceUser) {
    payload = payload.empty() ? user.payload : payload;
    expected = (person.status.empty() ? user.status : person.status) != "new";
  }
  if (schema == user.schema && payload == user.payload) {
    return false;
  }
  const std::size_t at = payload.find("\"level\":");
  const int level = payload.empty() ? -1 : std::stoi(payload.substr(at + 8));
  return !fits(intent.log, schema, level, expected);
}

Verdict Oracle::judge_reading(const Intent& intent) const {
  switch (intent.kind) {
    case Kind::kRotateClientSecret:
      return {clients.contains({intent.log, intent.id}) ? "" : "client_not_found"};
    case Kind::kCreateUser:
    case Kind::kUpsertUser:
    case Kind::kReplaceUser:
    case Kind::kAddIdentifier:
    case Kind::kAddAddress:
    case Kind::kUpdateAddress:
    case Kind::kSetCredential:
    case Kind::kNotePasswordVerified:
      break;
    default:
      return {};  // nothing of it depends on what was read
  }
  const Found found = find(intent);
  const bool governed = intent.kind == Kind::kCreateUser || intent.kind == Kind::kUpsertUser ||
                        intent.kind == Kind::kReplaceUser;
  if (found.pool == nullptr) {
    return {"pool_not_found"};
  }
  if (found.user == nullptr && intent.kind != Kind::kCreateUser &&
      intent.kind != Kind::kUpsertUser) {
    return {"user_not_found"};
  }
  if (intent.kind == Kind::kNotePasswordVerified && found.user->password == 0) {
    return {"credential_not_found"};
  }
  return {governed && !intent.in_place && violates(intent, found) ? "schema_violation" : ""};
}

std::string Oracle::taken_by_other(const ModelPool& pool,
                                   const std::string& id,
                                   const Person& person) const {
  for (const Part& identifier : person.identifiers) {
    const auto held = identifiers.find({pool.stream, claimed_form(pool, identifier.value)});
    if (held != identifiers.end() && held->second != id) {
      return "identifier_taken";
    }
  }
  for (const Part& address : person.addresses) {
    const auto held = addresses.find({pool.stream, claimed_form(pool, address.value)});
    if (address.verified && held != addresses.end() && held->second != id) {
      return "address_taken";
    }
  }
  const ModelUser* asking = user(pool.stream, id);
  const bool folds =
      asking != nullptr ? asking->folded : pool.folding == "building" || pool.folding == "built";
  return folds ? taken_folded(pool.stream, id, person, {}) : "";
}

Verdict Oracle::judge_creation(const Intent& intent) const {
  const Found found = find(intent);
  const Person& person = intent.person;
  if (found.pool == nullptr) {
    return {"pool_not_found"};
  }
  if (found.user != nullptr) {
    return {"user_id_taken"};
  }
  const std::string& schema_id = person.schema.empty() ? found.pool->schema : person.schema;
  if (schema(intent.log, schema_id) == nullptr) {
    return {"schema_not_found"};
  }
  if (intent.in_place && violates(intent, found)) {
    return {"schema_violation"};
  }
  // A user without an id of its own cannot be the holder of anything yet.
  std::string rule = taken_by_other(*found.pool, intent.id.empty() ? "?" : intent.id, person);
  return {rule, rule.empty() ? 1U : 0U};
}

Verdict Oracle::judge_replacement(const Intent& intent, const Found& found) const {
  const Person& person = intent.person;
  const ModelUser& user = *found.user;
  Verdict verdict;
  const std::string& wanted_schema = person.schema.empty() ? user.schema : person.schema;
  const std::string asked = payload_of(person.level, person.name);
  const std::string& wanted = asked.empty() ? user.payload : asked;
  if (wanted_schema != user.schema || wanted != user.payload) {
    if (schema(intent.log, wanted_schema) == nullptr) {
      return {"schema_not_found"};
    }
    if (intent.in_place && violates(intent, found)) {
      return {"schema_violation"};
    }
    ++verdict.events;
  }
  if (!person.note.empty() && note_of(person.note) != user.metadata) {
    ++verdict.events;
  }
  if (!person.status.empty() && person.status != user.status) {
    ++verdict.events;
  }
  return verdict;
}

Verdict Oracle::judge_update(const Intent& intent, const Found& found) const {
  const Person& person = intent.person;
  const ModelUser& user = *found.user;
  Verdict verdict;
  const std::string& wanted_schema = person.schema.empty() ? user.schema : person.schema;
  if (wanted_schema != user.schema || payload_of(person.level, person.name) != user.payload) {
    if (schema(intent.log, wanted_schema) == nullptr) {
      return {"schema_not_found"};
    }
    if (intent.in_place && violates(intent, found)) {
      return {"schema_violation"};
    }
    ++verdict.events;
  }
  verdict.events += note_of(person.note) != user.metadata ? 1U : 0U;
  verdict.events += person.status != user.status ? 1U : 0U;
  const auto lacks = [](const std::vector<Part>& list, const auto& same) {
    return std::ranges::none_of(list, same);
  };
  const auto same_identifier = [](const Part& a) {
    return [&a](const Part& b) {
      return a.type == b.type && a.value == b.value && a.note == b.note;
    };
  };
  for (const Part& held : user.identifiers) {
    verdict.events += lacks(person.identifiers, same_identifier(held)) ? 1U : 0U;
  }
  for (const Part& asked : person.identifiers) {
    verdict.events += lacks(user.identifiers, same_identifier(asked)) ? 1U : 0U;
  }
  const auto same_address = [](const Part& a) {
    return [&a](const Part& b) {
      return a.type == b.type && a.value == b.value;
    };
  };
  for (const Part& held : user.addresses) {
    verdict.events += lacks(person.addresses, same_address(held)) ? 1U : 0U;
  }
  for (const Part& asked : person.addresses) {
    const auto held = std::ranges::find_if(user.addresses, same_address(asked));
    verdict.events += held == user.addresses.end() || *held != asked ? 1U : 0U;
  }
  const bool same_password = user.password == person.password && user.password_state == "valid";
  verdict.events += person.password != 0 && !same_password ? 1U : 0U;
  const std::string rule = taken_by_other(*found.pool, intent.id, person);
  return rule.empty() ? verdict : Verdict{rule};
}

Verdict Oracle::judge_part(const Intent& intent, const Found& found) const {
  const ModelUser& user = *found.user;
  const bool of_address = intent.kind == Kind::kAddAddress || intent.kind == Kind::kUpdateAddress ||
                          intent.kind == Kind::kRemoveAddress;
  const std::string what = of_address ? "address" : "identifier";
  const bool adds = intent.kind == Kind::kAddIdentifier || intent.kind == Kind::kAddAddress;
  ModelPool compares = *found.pool;
  compares.folds = compares.folds || (adds && compares.folding == "building");
  const Part* held =
      find_part(of_address ? user.addresses : user.identifiers, intent.part.value, compares);
  if (adds != (held == nullptr)) {
    return {what + (adds ? "_taken" : "_not_found")};
  }
  Person others;
  if (intent.kind == Kind::kAddIdentifier) {
    others.identifiers = {intent.part};
  } else if (intent.kind == Kind::kAddAddress) {
    others.addresses = {intent.part};
  } else if (intent.kind == Kind::kUpdateAddress) {
    if (held->verified == intent.part.verified && held->status == intent.part.status) {
      return {};
    }
    others.addresses = {*held};
    others.addresses[0].verified = intent.part.verified;
  }
  const std::string rule = taken_by_other(*found.pool, intent.id, others);
  return {rule, rule.empty() ? 1U : 0U};
}

Verdict Oracle::judge_user(const Intent& intent) const {
  const Found found = find(intent);
  if (found.pool == nullptr) {
    return {"pool_not_found"};
  }
  if (found.user == nullptr) {
    return {"user_not_found"};
  }
  const ModelUser& user = *found.user;
  switch (intent.kind) {
    case Kind::kReplaceUser:
      return judge_replacement(intent, found);
    case Kind::kUpsertUser:
      return judge_update(intent, found);
    case Kind::kSetCredential:
      return {"", user.password == intent.number && user.password_state == "valid" ? 0U : 1U};
    case Kind::kChangePasswordState:
      if (user.password == 0) {
        return {"credential_not_found"};
      }
      return {"", user.password_state == intent.text ? 0U : 1U};
    case Kind::kNotePasswordVerified: {
      const bool same = user.stream == intent.stream && user.password == intent.number &&
                        user.password_state == intent.text;
      return {"", same && user.password_state == "must_be_changed" ? 1U : 0U};
    }
    case Kind::kDeleteUser:
    case Kind::kEraseUser:
      return {"", 1};
    default:
      return judge_part(intent, found);
  }
}

bool Oracle::pool_name_taken(const Intent& intent) const {
  return std::ranges::any_of(pools, [&](const auto& entry) {
    return entry.first.first == intent.log && entry.first.second != intent.id &&
           entry.second.name == intent.name;
  });
}

Verdict Oracle::judge_pool(const Intent& intent) const {
  const ModelPool* found = pool(intent.log, intent.id);
  if (intent.kind == Kind::kEmptyPoolStep) {
    if (!deleted_pools.contains(intent.stream)) {
      return {};
    }
    if (intent.users.empty()) {
      return users_in(intent.stream) == 0 ? Verdict{"", 1} : Verdict{"stale"};
    }
    const auto left = std::ranges::count_if(
        intent.users, [&](const std::string& id) { return user(intent.stream, id) != nullptr; });
    return {"", static_cast<std::uint32_t>(left)};
  }
  if (intent.kind == Kind::kDeletePool) {
    return found == nullptr ? Verdict{"pool_not_found"} : Verdict{"", 1};
  }
  if (intent.kind == Kind::kReplacePool && found == nullptr) {
    return {"pool_not_found"};
  }
  if (schema(intent.log, intent.schema) == nullptr) {
    return {"schema_not_found"};
  }
  if (intent.kind == Kind::kCreatePool) {
    if (found != nullptr) {
      return {"pool_id_taken"};
    }
    return pool_name_taken(intent) ? Verdict{"pool_name_taken"} : Verdict{"", 1};
  }
  if (found->folds != intent.folds && users_in(found->stream) != 0) {
    return {"pool_not_empty"};
  }
  if (found->name == intent.name && found->schema == intent.schema &&
      found->folds == intent.folds && found->text == intent.text) {
    return {};
  }
  return pool_name_taken(intent) ? Verdict{"pool_name_taken"} : Verdict{"", 1};
}

bool Oracle::schema_in_use(LogId log, const std::string& id) const {
  if (id == "default_metadata") {
    return true;
  }
  const auto uses = [&](const auto& entry) {
    return entry.first.first == log && entry.second.schema == id;
  };
  if (std::ranges::any_of(pools, uses)) {
    return true;
  }
  // Users keep theirs until they are gone, also those of a pool that is being emptied.
  return std::ranges::any_of(users, [&](const auto& entry) {
    if (entry.second.schema != id) {
      return false;
    }
    const StreamId of = entry.first.first;
    const auto deleted = deleted_pools.find(of);
    if (deleted != deleted_pools.end()) {
      return deleted->second.first == log;
    }
    return std::ranges::any_of(pools, [&](const auto& pool) {
      return pool.first.first == log && pool.second.stream == of;
    });
  });
}

bool Oracle::schema_name_taken(const Intent& intent) const {
  return std::ranges::any_of(schemas, [&](const auto& entry) {
    return entry.first.first == intent.log && entry.first.second != intent.id &&
           entry.second.name == intent.name;
  });
}

Verdict Oracle::judge_schema(const Intent& intent) const {
  const ModelSchema* found = schema(intent.log, intent.id);
  if (intent.kind == Kind::kCreateSchema) {
    if (found != nullptr) {
      return {"schema_id_taken"};
    }
    return schema_name_taken(intent) ? Verdict{"schema_name_taken"} : Verdict{"", 1};
  }
  if (found == nullptr) {
    return {"schema_not_found"};
  }
  if (found->system) {
    return {"system_schema"};
  }
  if (intent.kind == Kind::kDeleteSchema) {
    return schema_in_use(intent.log, intent.id) ? Verdict{"schema_in_use"} : Verdict{"", 1};
  }
  if (found->name == intent.name && found->level == intent.level) {
    return {};
  }
  return schema_name_taken(intent) ? Verdict{"schema_name_taken"} : Verdict{"", 1};
}

Verdict Oracle::judge_client(const Intent& intent) const {
  const auto found = clients.find({intent.log, intent.id});
  if (intent.kind == Kind::kCreateClient) {
    if (!workspaces.contains({intent.log, intent.text})) {
      return {"workspace_not_found"};
    }
    return found != clients.end() ? Verdict{"client_id_taken"} : Verdict{"", 1};
  }
  if (found == clients.end()) {
    return {"client_not_found"};
  }
  const bool same =
      intent.kind == Kind::kRotateClientSecret && found->second.secret == intent.number;
  return {"", same ? 0U : 1U};
}

Verdict Oracle::judge(const Intent& intent) const {
  switch (intent.kind) {
    case Kind::kCreateUser:
      return judge_creation(intent);
    case Kind::kUpsertUser:
      return find(intent).user == nullptr ? judge_creation(intent) : judge_user(intent);
    case Kind::kCreatePool:
    case Kind::kReplacePool:
    case Kind::kDeletePool:
    case Kind::kEmptyPoolStep:
      return judge_pool(intent);
    case Kind::kFoldPool:
      return judge_folding(intent);
    case Kind::kCreateSchema:
    case Kind::kReplaceSchema:
    case Kind::kDeleteSchema:
      return judge_schema(intent);
    case Kind::kCreateClient:
    case Kind::kRotateClientSecret:
    case Kind::kDeleteClient:
      return judge_client(intent);
    case Kind::kCreateWorkspace:
      return workspaces.contains({intent.log, intent.id}) ? Verdict{"workspace_id_taken"}
                                                          : Verdict{"", 1};
    case Kind::kCreateTenant:
      return tenants.contains(intent.id) ? Verdict{"tenant_id_taken"} : Verdict{"", 1};
    case Kind::kCreateSigningKey:
      return signing_keys.contains({intent.log, intent.number}) ? Verdict{"signing_key_id_taken"}
                                                                : Verdict{"", 1};
    default:
      return judge_user(intent);
  }
}

}  // namespace muster::sim
