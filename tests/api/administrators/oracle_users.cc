/// Users, their values and their parts.
#include <algorithm>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

bool is_status(const std::string& status) {
  const std::set<std::string> known{"new", "active", "inactive", "deleted"};
  return known.contains(status);
}

std::optional<Tree> value_in(const Tree& body, std::string_view name) {
  const Tree* found = body.find(name);
  return found == nullptr || found->is_null() ? std::nullopt : std::optional{*found};
}

/// RFC 7396.
Tree merged(const Tree* target, const Tree& patch) {
  if (!patch.is_object()) {
    return patch;
  }
  Tree result = target != nullptr && target->is_object() ? *target : Tree::object();
  for (const auto& [name, change] : patch.members) {
    if (change.is_null()) {
      result.members.erase(name);
    } else {
      result.set(name, merged(result.find(name), change));
    }
  }
  return result;
}

/// Whether a part of the list compares equal to `value`.
template <class List>
auto find_part(const Pool& pool, List& list, std::string_view member, const std::string& value) {
  return std::ranges::find_if(list, [&](const Tree& part) {
    return folded(pool, part.text_of(member)) == folded(pool, value);
  });
}

bool are_distinct(const Pool& pool, const Tree* list, std::string_view member) {
  std::set<std::string> seen;
  return list == nullptr || std::ranges::all_of(list->elements, [&](const Tree& part) {
           return seen.insert(folded(pool, part.text_of(member))).second;
         });
}

Tree new_address(const Tree& body) {
  Tree address = body;
  return address.has("status") ? address : address.set("status", "active");
}

int create_user(World& world, Pool& pool, const Intent& intent) {
  const Tree& body = intent.body;
  User made;
  made.status = body.text_of("status");
  made.jit = intent.door == Door::kSystem && body.text_of("user_type") == "jit";
  made.payload_schema = pool.payload_schema;
  made.metadata_schema = pool.metadata_schema;
  made.payload = value_in(body, "payload");
  if (intent.door != Door::kB2b) {
    made.metadata = value_in(body, "metadata");
    made.business = value_in(body, "business_metadata");
  }
  const Tree* identifiers = body.find("identifiers");
  const Tree* addresses = body.find("verifiable_addresses");
  if (!are_distinct(pool, identifiers, "identifier") || !are_distinct(pool, addresses, "address")) {
    return 409;
  }
  if (!is_status(made.status)) {
    return 422;
  }
  const bool expected = made.status != "new";
  if ((made.payload || expected) &&
      !fits(world, made.payload_schema, made.payload.value_or(Tree::object()))) {
    return 422;
  }
  if (made.metadata && !fits(world, made.metadata_schema, *made.metadata)) {
    return 422;
  }
  if (identifiers != nullptr) {
    made.identifiers = identifiers->elements;
  }
  for (const Tree& one : addresses == nullptr ? Tree::array().elements : addresses->elements) {
    made.addresses.push_back(new_address(one));
  }
  return pool.users.try_emplace(body.text_of("id"), made).second ? 201 : 409;
}

/// What a request makes of one value and its schema.
struct Change {
  std::optional<Tree> value;
  std::string schema;
};

/// 0: it may be so. An unchanged value is not looked at again, except that one spelled otherwise
/// is; which of the two it is does not show here.
int check_change(const World& world,
                 const Change& now,
                 const Change& then,
                 bool expected,
                 Verdict& verdict) {
  const Tree value = then.value.value_or(Tree::object());
  const bool good = (!then.value && !expected) || fits(world, then.schema, value);
  if (now.schema == then.schema && now.value == then.value) {
    verdict.also = good ? verdict.also : 422;
    return 0;
  }
  return good ? 0 : 422;
}

int replace_user(World& world, User& user, const Intent& intent, Verdict& verdict) {
  const Tree& body = intent.body;
  const bool b2b = intent.door == Door::kB2b;
  const std::string status = body.has("status") ? body.text_of("status") : user.status;
  if (!is_status(status)) {
    return 422;
  }
  User after = user;
  after.status = status;
  int refused = 0;
  if (body.has("payload") || body.has("payload_schema_id")) {
    after.payload = body.has("payload") ? value_in(body, "payload") : user.payload;
    after.payload_schema =
        body.has("payload_schema_id") ? body.text_of("payload_schema_id") : user.payload_schema;
    refused = check_change(world,
                           {user.payload, user.payload_schema},
                           {after.payload, after.payload_schema},
                           status != "new",
                           verdict);
  }
  if (!b2b && body.has("metadata") && refused == 0) {
    after.metadata = value_in(body, "metadata");
    refused = check_change(world,
                           {user.metadata, user.metadata_schema},
                           {after.metadata, after.metadata_schema},
                           false,
                           verdict);
  }
  if (!b2b && body.has("business_metadata")) {
    after.business = value_in(body, "business_metadata");
  }
  if (refused != 0) {
    return refused;
  }
  if (intent.condition == Condition::kStale) {
    return 412;
  }
  if (!world.schemas.contains(after.payload_schema)) {
    return 404;
  }
  user = after;
  return 200;
}

int patch_user(World& world, User& user, const Intent& intent) {
  User after = user;
  for (const auto& [name, patch] : intent.body.members) {
    std::optional<Tree> User::*value = name == "payload"    ? &User::payload
                                       : name == "metadata" ? &User::metadata
                                                            : &User::business;
    after.*value = patch.is_null()
                       ? std::nullopt
                       : std::optional{merged(user.*value ? &*(user.*value) : nullptr, patch)};
  }
  const bool expected = user.status != "new";
  const bool payload_good =
      (!after.payload && !expected) ||
      fits(world, after.payload_schema, after.payload.value_or(Tree::object()));
  const bool metadata_good = !after.metadata || fits(world, after.metadata_schema, *after.metadata);
  if ((after.payload != user.payload && !payload_good) ||
      (after.metadata != user.metadata && !metadata_good)) {
    return 422;
  }
  if (intent.condition == Condition::kStale) {
    return 412;
  }
  user = after;
  return 200;
}

int set_metadata(World& world, User& user, const Intent& intent, Verdict& verdict) {
  const bool business = intent.metadata_type == "business";
  const Tree& value = *intent.body.find("metadata");
  const int refused = business ? 0
                               : check_change(world,
                                              {user.metadata, user.metadata_schema},
                                              {value, user.metadata_schema},
                                              false,
                                              verdict);
  if (refused != 0) {
    return refused;
  }
  if (intent.condition == Condition::kStale) {
    return 412;
  }
  (business ? user.business : user.metadata) = value;
  return 200;
}

int change_identifiers(const Pool& pool, User& user, const Intent& intent) {
  if (intent.condition == Condition::kStale) {
    return 412;
  }
  const auto found =
      find_part(pool, user.identifiers, "identifier", intent.body.text_of("identifier"));
  const bool held = found != user.identifiers.end();
  if (intent.deed == Deed::kAddIdentifier) {
    user.identifiers.push_back(intent.body);
    return held ? 409 : 200;
  }
  if (!held) {
    return 404;
  }
  user.identifiers.erase(found);
  return 204;
}

int change_addresses(const Pool& pool, User& user, const Intent& intent) {
  const Tree& body = intent.body;
  if (intent.condition == Condition::kStale) {
    return 412;
  }
  const auto found = find_part(pool, user.addresses, "address", body.text_of("address"));
  const bool held = found != user.addresses.end();
  if (intent.deed == Deed::kAddAddress) {
    user.addresses.push_back(new_address(body));
    return held ? 409 : 200;
  }
  if (!held) {
    return 404;
  }
  if (intent.deed == Deed::kRemoveAddress) {
    user.addresses.erase(found);
    return 204;
  }
  found->set("status", body.text_of("status")).set("verified", *body.find("verified"));
  return 200;
}

}  // namespace

int apply_to_users(World& world, const Intent& intent, Verdict& verdict) {
  const auto pool = world.pools.find(intent.pool);
  if (pool == world.pools.end()) {
    return 404;
  }
  if (intent.deed == Deed::kPatchUser && intent.body.has("status")) {
    return 422;  // only values can be patched
  }
  if (intent.deed == Deed::kCreateUser) {
    return create_user(world, pool->second, intent);
  }
  const auto found = pool->second.users.find(intent.user);
  if (found == pool->second.users.end()) {
    return 404;
  }
  User& user = found->second;
  const Deed deed = intent.deed;
  if (deed == Deed::kReplaceUser) {
    return replace_user(world, user, intent, verdict);
  }
  if (deed == Deed::kPatchUser) {
    return patch_user(world, user, intent);
  }
  if (deed == Deed::kSetMetadata) {
    return set_metadata(world, user, intent, verdict);
  }
  if (deed == Deed::kAddIdentifier || deed == Deed::kRemoveIdentifier) {
    return change_identifiers(pool->second, user, intent);
  }
  if (deed == Deed::kDeleteUser) {
    if (intent.condition == Condition::kStale) {
      return 412;
    }
    pool->second.users.erase(found);
    return 204;
  }
  return change_addresses(pool->second, user, intent);
}

}  // namespace muster::administrators
