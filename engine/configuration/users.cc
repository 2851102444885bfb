/// Users of an import: created, or made equal to their entry.
#include <algorithm>
#include <set>

#include "engine/configuration/part.h"
#include "engine/configuration/user_changes.h"
#include "engine/users/create.h"
#include "engine/users/parts.h"

namespace muster {
namespace {

/// Where the entry and its parts are in the document, and what it asks for.
struct Places {
  std::optional<std::size_t> index;
  std::vector<std::size_t> identifiers_at;
  std::vector<std::size_t> addresses_at;
  std::vector<std::size_t> credentials_at;
  bool ignores_case = false;
  std::vector<std::string> identifiers;
  std::vector<std::string> addresses;

  /// The entry itself, else its first part.
  [[nodiscard]] std::string entry() const {
    if (index) {
      return at("users", *index);
    }
    if (!identifiers_at.empty()) {
      return at("user_identifiers", identifiers_at.front());
    }
    return addresses_at.empty() ? at("user_credentials", credentials_at.at(0))
                                : at("user_verifiable_addresses", addresses_at.front());
  }

  static std::string at(std::string_view list, std::size_t number) {
    return "/" + std::string{list} + "/" + std::to_string(number);
  }

  /// "/identifiers/1/type" to "/user_identifiers/7/type"; nothing for a pointer to another list.
  static std::optional<std::string> part(std::string_view pointer,
                                         std::string_view own,
                                         std::string_view list,
                                         const std::vector<std::size_t>& places) {
    if (!pointer.starts_with(own)) {
      return std::nullopt;
    }
    pointer.remove_prefix(own.size());
    std::size_t number = 0;
    while (!pointer.empty() && pointer.front() >= '0' && pointer.front() <= '9') {
      number = number * 10 + static_cast<std::size_t>(pointer.front() - '0');
      pointer.remove_prefix(1);
    }
    return number < places.size() ? std::optional{at(list, places[number]) + std::string{pointer}}
                                  : std::nullopt;
  }

  [[nodiscard]] std::string place(const std::string& pointer) const {
    if (auto found = part(pointer, "/identifiers/", "user_identifiers", identifiers_at)) {
      return *found;
    }
    if (auto found =
            part(pointer, "/verifiable_addresses/", "user_verifiable_addresses", addresses_at)) {
      return *found;
    }
    if (auto found = part(pointer, "/credentials/", "user_credentials", credentials_at)) {
      return in_payload(*std::move(found));
    }
    return entry() + pointer;
  }

  /// What a new credential has as a member, a dumped one has in its payload.
  static std::string in_payload(std::string pointer) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMembers{
        {{"/password", "/payload/hashed_password"},
         {"/totp_secret", "/payload/totp_secret"},
         {"/webauthn_credentials", "/payload/credentials"}}};
    for (const auto& [own, dumped] : kMembers) {
      if (pointer.ends_with(own)) {
        return pointer.substr(0, pointer.size() - own.size()) + std::string{dumped};
      }
    }
    return pointer;
  }

  [[nodiscard]] std::string place_row(const Failure& refusal, const Row& wanted) const {
    const bool address = refusal.rule == "address_taken";
    const auto& values = address ? addresses : identifiers;
    const auto& places = address ? addresses_at : identifiers_at;
    for (std::size_t i = 0; wanted.view == View::kUserKeys && i < values.size(); ++i) {
      const std::string_view key = wanted.key;
      if (key.ends_with(values[i]) || (ignores_case && key.ends_with(fold(values[i])))) {
        return at(address ? "user_verifiable_addresses" : "user_identifiers", places[i]) +
               (address ? "/address" : "/identifier");
      }
    }
    return {};
  }
};

template <class List>
void check_part_ids(Faults& faults, const List& parts, const std::string& list) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].id.empty()) {
      continue;
    }
    const std::string pointer = "/" + list + "/" + std::to_string(i) + "/id";
    check_id(faults, pointer, parts[i].id);
    if (!seen.insert(parts[i].id).second) {
      faults.add(pointer, "unique", "another of the user's has this id");
    }
  }
}

Result<void> check_ids(const CreateUser& user) {
  Faults faults;
  check_part_ids(faults, user.identifiers, "identifiers");
  check_part_ids(faults, user.addresses, "verifiable_addresses");
  check_part_ids(faults, user.credentials, "credentials");
  return faults.done("invalid_request");
}

Result<UserSchemas> schemas_of(const ImportContext& context,
                               const PoolState& pool,
                               const UserState* stored,
                               const UserSchemaIds& asked) {
  UserSchemas schemas;
  for (const Governed& kind : kGoverned) {
    const std::string& own =
        stored == nullptr ? pool.*kind.pool_schema_id : stored->*kind.stored_schema_id;
    const std::string& id = asked.*kind.id;
    MUSTER_TRY(schemas.*kind.schema, schema_in(context, id.empty() ? own : id));
  }
  schemas.in_place = context.ports.in_place;
  return schemas;
}

}  // namespace

Result<ImportPart> user_part(const ImportContext& context, const UserEntry& entry) {
  const auto places = std::make_shared<Places>();
  places->index = entry.index;
  places->identifiers_at = entry.identifiers_at;
  places->addresses_at = entry.addresses_at;
  places->credentials_at = entry.credentials_at;
  for (const NewIdentifier& identifier : entry.user.identifiers) {
    places->identifiers.push_back(identifier.value);
  }
  for (const NewAddress& address : entry.user.addresses) {
    places->addresses.push_back(address.value);
  }
  ImportPart part{{}, places->entry(), {}};
  MUSTER_TRY(const PoolState* pool,
             context.states.get<PoolState>({context.log, Aggregate::kPool, {}, entry.pool_id}));
  if (pool != nullptr) {
    places->ignores_case = tells_no_case_apart(*pool);
    part.about = {context.log, Aggregate::kUser, pool->head.stream, entry.user.id};
  }
  part.place = [places](const std::string& pointer) {
    return places->place(pointer);
  };
  part.place_row = [places](const Failure& refusal, const Row& wanted) {
    return places->place_row(refusal, wanted);
  };
  return part;
}

Result<Decide> prepare_user_entry(const ImportContext& context, UserEntry entry) {
  MUSTER_TRY(const PoolState* pool,
             context.states.get<PoolState>({context.log, Aggregate::kPool, {}, entry.pool_id}));
  if (pool == nullptr) {
    return failure_at(Errc::kInvalid, "pool_not_found", "/user_pool_id", "there is no such pool");
  }
  CreateUser& user = entry.user;
  user.log = context.log;
  const StateAddress address{context.log, Aggregate::kUser, pool->head.stream, user.id};
  MUSTER_TRY(const UserState* stored, context.states.get<UserState>(address));
  if (stored == nullptr && !entry.index) {
    return failure_at(Errc::kInvalid, "user_not_found", "/user_id", "there is no such user");
  }
  if (!entry.index) {
    user.status = stored->status;
  }
  MUSTER_CHECKED(check_ids(user));
  MUSTER_TRY(user.schemas, schemas_of(context, *pool, stored, user.schema_ids));
  if (stored == nullptr) {
    return prepare_creation(context.ports.domain, *pool, std::move(user), CreatedBy::kImport);
  }
  MUSTER_CHECKED(check_new_user(user));
  MUSTER_CHECKED(check_repeated(*pool, user));
  const auto extent = entry.index ? UserExtent::kWhole : UserExtent::kParts;
  return prepare_user_changes(
      context.ports.domain, {context.log, *pool, *stored}, std::move(user), extent);
}

}  // namespace muster
