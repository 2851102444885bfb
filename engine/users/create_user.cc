#include <memory>
#include <set>

#include "engine/users/create.h"
#include "engine/users/lookup.h"
#include "engine/users/parts.h"
#include "engine/users/values.h"

namespace muster {
namespace {

/// What a creation was prepared from.
struct Creation {
  Fact fact;
  CreatedBy by{};
  bool case_insensitive = false;
  UserSchemaIds asked;
  std::vector<ValueCheck> checks;
  UserSchemas schemas;
  std::vector<std::string> unfit;  // values that need not fit, and do not

  [[nodiscard]] const UserCreated& event() const { return std::get<UserCreated>(fact.draft.event); }
};

std::string at(std::string_view list, std::size_t index) {
  return "/" + std::string{list} + "/" + std::to_string(index);
}

std::string folded_if(const PoolState& pool, const std::string& value) {
  return tells_no_case_apart(pool) ? fold(value) : value;
}

Result<void> check_count(std::string_view pointer, std::size_t count, std::size_t max) {
  if (count <= max) {
    return {};
  }
  return failure_at(
      Errc::kInvalid, "too_many", pointer, "at most " + std::to_string(max) + " of one user");
}

template <class List, class KeyOf>
Result<void> check_distinct(const List& list,
                            std::string_view what,
                            KeyOf key_of,
                            std::string_view name_of_list,
                            std::string_view member) {
  std::set<std::string> seen;
  for (std::size_t index = 0; index < list.size(); ++index) {
    if (!seen.insert(key_of(list[index])).second) {
      Failure twice = taken(what);
      const std::string pointer = at(name_of_list, index) + "/" + std::string{member};
      twice.faults.push_back({pointer, "unique", "is given twice"});
      return twice;
    }
  }
  return {};
}

std::vector<ValueCheck> checks_of(const PoolState& pool, const CreateUser& input, CreatedBy by) {
  const bool payload_expected = by == CreatedBy::kRequest && input.status != "new";
  std::vector<ValueCheck> checks;
  for (const Governed& kind : kGoverned) {
    const std::string& asked = input.schema_ids.*kind.id;
    const std::string& id = asked.empty() ? pool.*kind.pool_schema_id : asked;
    checks.push_back(value_check(kind, id, input.values.*kind.value, payload_expected));
  }
  return checks;
}

/// Takes apart `input`; what is left of it is no longer needed.
UserCreated event_of(const DomainPorts& ports, const PoolState& pool, CreateUser& input) {
  UserCreated event;
  event.pool = pool.head.stream;
  event.pool_id = pool.id;
  event.status = std::move(input.status);
  event.user_type = input.user_type == "jit" ? "jit" : "";
  event.id = std::move(input.id);
  event.payload = std::move(input.values.payload);
  event.metadata = std::move(input.values.metadata);
  event.business_metadata = std::move(input.values.business_metadata);
  for (NewIdentifier& identifier : input.identifiers) {
    event.identifiers.push_back(make_identifier(ports, std::move(identifier)));
    event.folding = std::max(event.folding, folding_of(event.identifiers.back()));
  }
  for (NewAddress& address : input.addresses) {
    event.addresses.push_back(make_address(ports, std::move(address)));
    event.folding = std::max(event.folding, folding_of(event.addresses.back()));
  }
  for (NewCredential& credential : input.credentials) {
    event.credentials.push_back(make_credential(ports, pool, std::move(credential), {}));
  }
  event.created = input.created;
  event.updated = input.updated;
  event.status_updated = input.status_updated;
  event.keys_folded = adds_folded_rows(pool);
  return event;
}

/// The pool must be what the draft took from it.
Result<void> confirm_pool(StateReader& states, const Creation& creation) {
  const UserCreated& event = creation.event();
  const LogId log = creation.fact.address.log;
  MUSTER_TRY(const PoolState* pool,
             states.get<PoolState>({log, Aggregate::kPool, {}, event.pool_id}));
  if (pool == nullptr) {
    return not_found("pool");
  }
  bool same = pool->head.stream == event.pool &&
              pool->identifier_case_insensitive == creation.case_insensitive &&
              adds_folded_rows(*pool) == event.keys_folded;
  for (const ValueCheck& check : creation.checks) {
    const bool from_pool = (creation.asked.*check.kind->id).empty();
    same = same && (!from_pool || check.schema_id == pool->*check.kind->pool_schema_id);
  }
  return same ? Result<void>{} : Result<void>{stale()};
}

Result<Decision> decide_creation(StateReader& states, const Creation& creation) {
  MUSTER_CHECKED(confirm_pool(states, creation));
  const StateAddress& address = creation.fact.address;
  MUSTER_TRY(const AnyState* present, states.find(address));
  if (present != nullptr) {
    return creation.by == CreatedBy::kImport ? stale() : taken("user_id");
  }
  MUSTER_TRY(std::vector<SchemaUse> uses,
             confirm_values(states, address.log, creation.checks, creation.schemas));
  Decision decision{{creation.fact}, address, std::move(uses)};
  if (!creation.unfit.empty()) {
    decision.facts.push_back(
        {address, creation.fact.stream, open_draft(UserFitChecked{creation.unfit})});
  }
  return decision;
}

}  // namespace

bool is_user_id(std::string_view text) {
  constexpr std::string_view kSigns = "._~:@+-";
  const bool relative = text == "." || text == "..";  // URLs lose them on the way
  return !text.empty() && text.size() <= kUserIdBytesMax && !relative &&
         std::ranges::all_of(text, [&](char byte) {
           return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                  (byte >= '0' && byte <= '9') || kSigns.find(byte) != std::string_view::npos;
         });
}

Result<void> check_new_user(const CreateUser& input) {
  MUSTER_CHECKED(check_count("/identifiers", input.identifiers.size(), kIdentifiersMax));
  MUSTER_CHECKED(check_count("/verifiable_addresses", input.addresses.size(), kAddressesMax));
  Faults faults;
  if (!input.id.empty() && !is_user_id(input.id)) {
    faults.add("/id",
               "id",
               "must have at most 128 characters: letters, digits, '.', '_', '~', ':', '@', '+' "
               "and '-'");
  }
  check_status(faults, input.status);
  if (!input.user_type.empty() && input.user_type != "standard" && input.user_type != "jit") {
    faults.add("/user_type", "enum", "must be standard or jit");
  }
  check_values(faults, input.values, input.schema_ids);
  for (std::size_t index = 0; index < input.identifiers.size(); ++index) {
    check_identifier(faults, at("identifiers", index), input.identifiers[index]);
  }
  for (std::size_t index = 0; index < input.addresses.size(); ++index) {
    check_address(faults, at("verifiable_addresses", index), input.addresses[index]);
  }
  for (std::size_t index = 0; index < input.credentials.size(); ++index) {
    check_credential(faults, at("credentials", index), input.credentials[index]);
  }
  return faults.done("invalid_request");
}

Result<void> check_repeated(const PoolState& pool, const CreateUser& input) {
  const auto value_of = [&](const auto& part) {
    return folded_if(pool, part.value);
  };
  const auto type_of = [](const NewCredential& credential) {
    return credential.type;
  };
  MUSTER_CHECKED(
      check_distinct(input.identifiers, "identifier", value_of, "identifiers", "identifier"));
  MUSTER_CHECKED(
      check_distinct(input.addresses, "address", value_of, "verifiable_addresses", "address"));
  return check_distinct(input.credentials, "credential", type_of, "credentials", "type");
}

Result<Decide> prepare_creation(const DomainPorts& ports,
                                const PoolState& pool,
                                CreateUser input,
                                CreatedBy by) {
  MUSTER_CHECKED(check_new_user(input));
  MUSTER_CHECKED(check_repeated(pool, input));

  auto creation = std::make_shared<Creation>();
  creation->by = by;
  creation->case_insensitive = pool.identifier_case_insensitive;
  creation->checks = checks_of(pool, input, by);
  creation->asked = input.schema_ids;
  creation->schemas = std::move(input.schemas);
  creation->unfit = pass_over_unfit(creation->checks, creation->schemas, input.unfit);
  MUSTER_CHECKED(validate_values(creation->checks, creation->schemas));

  UserCreated event = event_of(ports, pool, input);
  // In the order of kGoverned.
  event.payload_schema_id = creation->checks[0].schema_id;
  event.metadata_schema_id = creation->checks[1].schema_id;
  event.business_metadata_schema_id = creation->checks[2].schema_id;
  const StreamId stream = make_stream(ports);
  const std::string id = event.id.empty() ? stream.text() : event.id;
  MUSTER_TRY(const Slot slot, ports.sealer.reserve_slot(input.log));
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, slot, std::move(event)));
  creation->fact = {{input.log, Aggregate::kUser, pool.head.stream, id}, stream, std::move(draft)};
  return Decide{[creation = std::shared_ptr<const Creation>{std::move(creation)}](
                    StateReader& states, Micros) {
    return decide_creation(states, *creation);
  }};
}

Result<Decide> prepare_create_user(const DomainPorts& ports,
                                   const PoolState& pool,
                                   CreateUser input) {
  return prepare_creation(ports, pool, std::move(input), CreatedBy::kRequest);
}

}  // namespace muster
