#include <algorithm>

#include "engine/core/bytes.h"
#include "tests/sim/oracle.h"

namespace muster::sim {
namespace {

/// An entity tag without its end.
std::string tag_of(StreamId stream, std::uint64_t revision) {
  return "\"1." + std::to_string(revision) + "." + to_hex(stream.view().substr(12));
}

}  // namespace

const KeyRecord* Oracle::find_record(LogId log, int key, std::int64_t hour) const {
  const auto found = records.find({log, key});
  return found == records.end() || hour - found->second.hour > 24 ? nullptr : &found->second;
}

std::uint64_t Oracle::revision(const Intent& intent) const {
  switch (intent.kind) {
    case Kind::kCreatePool:
    case Kind::kReplacePool:
    case Kind::kFoldPool:
    case Kind::kDeletePool: {
      const ModelPool* found = pool(intent.log, intent.id);
      return found == nullptr ? 0 : found->revision;
    }
    case Kind::kCreateSchema:
    case Kind::kReplaceSchema:
    case Kind::kDeleteSchema: {
      const ModelSchema* found = schema(intent.log, intent.id);
      return found == nullptr ? 0 : found->revision;
    }
    case Kind::kCreateClient:
    case Kind::kRotateClientSecret:
    case Kind::kDeleteClient: {
      const auto found = clients.find({intent.log, intent.id});
      return found == clients.end() ? 0 : found->second.revision;
    }
    case Kind::kCreateWorkspace:
      return workspaces.contains({intent.log, intent.id}) ? 1 : 0;
    case Kind::kCreateSigningKey:
      return signing_keys.contains({intent.log, intent.number}) ? 1 : 0;
    case Kind::kCreateTenant:
      return tenants.contains(intent.id) ? 1 : 0;
    case Kind::kEmptyPoolStep: {
      const auto found = deleted_pools.find(intent.stream);
      return found == deleted_pools.end() ? 0 : found->second.second.revision;
    }
    default: {
      const Found found = find(intent);
      return found.user == nullptr ? 0 : found.user->revision;
    }
  }
}

bool Oracle::is_outdated(const Request& request, StreamId read_in) const {
  const Intent& intent = request.intent;
  if (!request.if_match || request.if_match_any) {
    return false;
  }
  if (intent.kind <= Kind::kNotePasswordVerified) {
    const ModelUser* found = user(read_in, intent.id);
    return found != nullptr && *request.if_match != tag_of(found->stream, found->shown) + "\"";
  }
  const ModelPool* found = pool(intent.log, intent.id);
  if (found == nullptr) {
    return false;
  }
  const auto [standard, jit] = count(found->stream);
  return *request.if_match != tag_of(found->stream, found->revision) + "." +
                                  std::to_string(standard) + "." + std::to_string(jit) + "\"";
}

void Oracle::apply(const Op& op) {
  sizes[op.log] += op.events;
  if (op.intent) {
    commit(*op.intent, op.events, op.observed);
  }
  if (op.record) {
    records[{op.log, op.record->first}] = op.record->second;
  }
}

void Oracle::enter_names(const ModelPool& pool, const std::string& id, const ModelUser& user) {
  for (const Part& part : user.identifiers) {
    identifiers[{pool.stream, claimed_form(pool, part.value)}] = id;
  }
  for (const Part& part : user.addresses) {
    if (part.verified) {
      addresses[{pool.stream, claimed_form(pool, part.value)}] = id;
    }
  }
}

void Oracle::leave_names(const ModelPool& pool, const ModelUser& user) {
  for (const Part& part : user.identifiers) {
    identifiers.erase({pool.stream, claimed_form(pool, part.value)});
  }
  for (const Part& part : user.addresses) {
    if (part.verified) {
      addresses.erase({pool.stream, claimed_form(pool, part.value)});
    }
  }
}

void Oracle::remove_user(const ModelPool& pool, const std::string& id) {
  const auto found = users.find({pool.stream, id});
  if (found != users.end()) {
    leave_names(pool, found->second);
    users.erase(found);
  }
}

void Oracle::commit_user(const Intent& intent, std::uint32_t events, const Observed& observed) {
  const ModelPool& in = pools.at({intent.log, intent.pool});
  const Person& person = intent.person;
  const std::string id = intent.id.empty() ? observed.id : intent.id;
  if (intent.kind == Kind::kDeleteUser || intent.kind == Kind::kEraseUser) {
    if (intent.kind == Kind::kEraseUser) {
      erased.insert(users.at({in.stream, id}).stream);
    }
    remove_user(in, id);
    return;
  }
  ModelUser& user = users[{in.stream, id}];
  const bool is_new = user.revision == 0;
  leave_names(in, user);
  user.revision += events;
  user.shown = events > 0 ? user.revision : user.shown;
  const std::string payload = payload_of(person.level, person.name);
  const auto held = [&](std::vector<Part>& parts) {
    const Part* found = find_part(parts, intent.part.value, in);
    return parts.begin() + (found - parts.data());
  };
  switch (intent.kind) {
    case Kind::kCreateUser:
    case Kind::kUpsertUser:
      user.stream = is_new ? observed.stream : user.stream;
      user.folded = is_new ? in.folding == "building" || in.folding == "built" : user.folded;
      user.jit = is_new ? person.jit : user.jit;
      user.schema = !person.schema.empty() ? person.schema : is_new ? in.schema : user.schema;
      user.status = person.status;
      user.payload = payload;
      user.metadata = note_of(person.note);
      user.identifiers = person.identifiers;
      user.addresses = person.addresses;
      if (person.password != 0) {
        user.password = person.password;
        user.password_state = "valid";
      }
      break;
    case Kind::kReplaceUser:
      user.schema = person.schema.empty() ? user.schema : person.schema;
      user.payload = payload.empty() ? user.payload : payload;
      user.metadata = person.note.empty() ? user.metadata : note_of(person.note);
      user.status = person.status.empty() ? user.status : person.status;
      break;
    case Kind::kAddIdentifier:
      user.identifiers.push_back(intent.part);
      break;
    case Kind::kRemoveIdentifier:
      user.identifiers.erase(held(user.identifiers));
      break;
    case Kind::kAddAddress:
      user.addresses.push_back(intent.part);
      break;
    case Kind::kUpdateAddress:
      held(user.addresses)->verified = intent.part.verified;
      held(user.addresses)->status = intent.part.status;
      break;
    case Kind::kRemoveAddress:
      user.addresses.erase(held(user.addresses));
      break;
    case Kind::kSetCredential:
      user.password = intent.number;
      user.password_state = "valid";
      break;
    case Kind::kChangePasswordState:
      user.password_state = intent.text;
      break;
    default:  // a password was verified that must be changed
      user.password_state = "must_be_reset";
      break;
  }
  enter_names(in, id, user);
}

void Oracle::commit_directory(const Intent& intent, const Observed& observed) {
  const LogName name{intent.log, intent.id};
  switch (intent.kind) {
    case Kind::kCreatePool:
      pools[name] = {observed.stream, 1, intent.name, intent.schema, intent.text, intent.folds, {}};
      break;
    case Kind::kReplacePool: {
      const ModelPool old = pools.at(name);
      pools[name] = {old.stream,
                     old.revision + 1,
                     intent.name,
                     intent.schema,
                     intent.text,
                     intent.folds,
                     old.folds == intent.folds ? old.folding : ""};
      break;
    }
    case Kind::kDeletePool: {
      ModelPool gone = pools.at(name);
      ++gone.revision;
      deleted_pools[gone.stream] = {intent.log, gone};
      pools.erase(name);
      break;
    }
    case Kind::kEmptyPoolStep:
      for (const std::string& id : intent.users) {
        remove_user(deleted_pools.at(intent.stream).second, id);
      }
      if (intent.users.empty()) {
        deleted_pools.erase(intent.stream);
      }
      break;
    case Kind::kFoldPool:
      commit_folding(intent);
      break;
    case Kind::kCreateSchema:
    case Kind::kReplaceSchema:
      schemas[name] = {revision(intent) + 1, intent.name, intent.level, intent.system};
      break;
    case Kind::kDeleteSchema:
      schemas.erase(name);
      break;
    case Kind::kCreateClient:
    case Kind::kRotateClientSecret:
      clients[name] = {revision(intent) + 1, intent.number};
      break;
    case Kind::kDeleteClient:
      clients.erase(name);
      break;
    case Kind::kCreateWorkspace:
      workspaces.insert(name);
      break;
    case Kind::kCreateTenant:
      tenants[intent.id] = LogId{static_cast<std::uint32_t>(intent.number)};
      break;
    default:
      signing_keys.insert({intent.log, intent.number});
      break;
  }
}

void Oracle::commit(const Intent& intent, std::uint32_t events, const Observed& observed) {
  if (intent.kind <= Kind::kNotePasswordVerified) {
    commit_user(intent, events, observed);
  } else {
    commit_directory(intent, observed);
  }
}

}  // namespace muster::sim
