#include <memory>

#include "engine/core/bytes.h"
#include "engine/users/create.h"
#include "engine/users/lookup.h"
#include "engine/users/parts.h"
#include "engine/users/values.h"

namespace muster {
namespace {

/// What an entry of an import changes about a stored user.
struct Update {
  SealedFor target;
  Revision revision{};  // of the user that was read
  std::vector<Draft> drafts;
  std::vector<ValueCheck> checks;
  UserSchemas schemas;
  bool no_case_apart = false;  // tells_no_case_apart() of the pool
};

class UpdateMaker {
 public:
  UpdateMaker(const DomainPorts& ports, const UserTarget& target)
      : ports_{ports}, target_{target}, sealed_{ports, target} {}

  Result<std::vector<Draft>> make(CreateUser input, const std::vector<ValueCheck>& checks) {
    MUSTER_CHECKED(replace_values(input.values, checks));
    if (input.status != target_.user.status) {
      drafts_.push_back(open_draft(UserStatusChanged{input.status}));
    }
    MUSTER_CHECKED(replace_identifiers(input.identifiers));
    MUSTER_CHECKED(replace_addresses(input.addresses));
    MUSTER_CHECKED(set_credentials(input.credentials));
    return std::move(drafts_);
  }

  [[nodiscard]] const SealedFor& sealed_for() const { return sealed_.target(); }

 private:
  Result<void> seal(AnyEvent event) {
    MUSTER_TRY(Draft draft, sealed_.seal(std::move(event)));
    drafts_.push_back(std::move(draft));
    return {};
  }

  Result<void> replace_values(const UserValues& values, const std::vector<ValueCheck>& checks) {
    for (const ValueCheck& check : checks) {
      const JsonText& value = values.*check.kind->value;
      MUSTER_CHECKED(seal(replaced_event(*check.kind, check.schema_id, value)));
    }
    return {};
  }

  Result<void> replace_identifiers(std::vector<NewIdentifier>& wanted) {
    const auto same = [](const Identifier& stored, const NewIdentifier& asked) {
      return stored.type == asked.type && stored.value == asked.value &&
             stored.metadata == asked.metadata;
    };
    // Removals first: what follows may differ from what goes in its spelling only.
    for (const Identifier& stored : target_.user.identifiers) {
      if (std::ranges::none_of(wanted, [&](const auto& asked) { return same(stored, asked); })) {
        drafts_.push_back(open_draft(UserIdentifierRemoved{stored.id}));
      }
    }
    for (NewIdentifier& asked : wanted) {
      const auto& held = target_.user.identifiers;
      if (std::ranges::any_of(held, [&](const auto& stored) { return same(stored, asked); })) {
        continue;
      }
      UserIdentifierAdded event;
      event.identifier = make_identifier(ports_, std::move(asked));
      event.folding = folding_of(event.identifier);
      MUSTER_CHECKED(seal(std::move(event)));
    }
    return {};
  }

  Result<void> replace_addresses(std::vector<NewAddress>& wanted) {
    const auto same = [](const Address& stored, const NewAddress& asked) {
      return stored.type == asked.type && stored.value == asked.value;
    };
    for (const Address& stored : target_.user.addresses) {
      if (std::ranges::none_of(wanted, [&](const auto& asked) { return same(stored, asked); })) {
        drafts_.push_back(open_draft(UserAddressRemoved{stored.id}));
      }
    }
    for (NewAddress& asked : wanted) {
      const auto& held = target_.user.addresses;
      const auto stored =
          std::ranges::find_if(held, [&](const Address& one) { return same(one, asked); });
      Address made = make_address(ports_, std::move(asked));
      if (stored == held.end()) {
        UserAddressAdded event{folding_of(made), std::move(made)};
        MUSTER_CHECKED(seal(std::move(event)));
      } else if (updated(*stored, made) != updated(*stored, *stored)) {
        MUSTER_CHECKED(seal(updated(*stored, made)));
      }
    }
    return {};
  }

  static UserAddressUpdated updated(const Address& stored, const Address& wanted) {
    return {stored.id,
            wanted.status,
            wanted.verified,
            wanted.preferred_contact_method,
            wanted.metadata};
  }

  Result<void> set_credentials(std::vector<NewCredential>& wanted) {
    for (NewCredential& asked : wanted) {
      const Credential* stored = target_.user.find_credential(asked.type);
      const bool expiry_given = asked.expires.has_value();
      Credential made = make_credential(
          ports_, target_.pool, std::move(asked), stored == nullptr ? "" : stored->id);
      if (stored != nullptr && !expiry_given) {
        made.expires = stored->expires;
      }
      if (stored != nullptr && stored->state == made.state && stored->expires == made.expires &&
          equal_in_constant_time(stored->secret.text, made.secret.text)) {
        continue;
      }
      MUSTER_CHECKED(seal(UserCredentialSet{std::move(made)}));
    }
    return {};
  }

  const DomainPorts& ports_;
  UserTarget target_;
  UserDrafts sealed_;
  std::vector<Draft> drafts_;
};

/// The values that change. A schema that the entry does not name stays.
std::vector<ValueCheck> changed_values(const UserState& user, const CreateUser& input) {
  std::vector<ValueCheck> checks;
  for (const Governed& kind : kGoverned) {
    const std::string& asked = input.schema_ids.*kind.id;
    const std::string& id = asked.empty() ? user.*kind.stored_schema_id : asked;
    const JsonText& value = input.values.*kind.value;
    if (id != user.*kind.stored_schema_id || value != user.*kind.stored) {
      checks.push_back(value_check(kind, id, value, false));
    }
  }
  return checks;
}

Result<Decision> decide_update(StateReader& states, const Update& update) {
  Result<FoundUser> found = find_user(states, update.target);
  if (!found && found.error().rule == "user_not_found") {
    return stale();
  }
  MUSTER_TRY(const FoundUser user, std::move(found));
  if (user.user->head.revision != update.revision ||
      tells_no_case_apart(*user.pool) != update.no_case_apart) {
    return stale();
  }
  MUSTER_TRY(std::vector<SchemaUse> uses,
             confirm_values(states, user.address.log, update.checks, update.schemas));
  Decision decision = decision_of(user, update.drafts);
  decision.schemas = std::move(uses);
  return decision;
}

}  // namespace

Result<Decide> prepare_upsert_user(const DomainPorts& ports,
                                   const PoolState& pool,
                                   const UserState* stored,
                                   UpsertUser input) {
  CreateUser& user = input.user;
  if (user.id.empty()) {
    return failure_at(Errc::kInvalid, "invalid_request", "/id", "must be given");
  }
  if (stored == nullptr) {
    return prepare_creation(ports, pool, std::move(user), CreatedBy::kImport);
  }
  MUSTER_CHECKED(check_new_user(user));
  MUSTER_CHECKED(check_repeated(pool, user));
  const UserTarget target{user.log, pool, *stored};
  auto update = std::make_shared<Update>();
  update->revision = stored->head.revision;
  update->no_case_apart = tells_no_case_apart(pool);
  update->checks = changed_values(*stored, user);
  update->schemas = std::move(user.schemas);
  MUSTER_CHECKED(validate_values(update->checks, update->schemas));
  UpdateMaker maker{ports, target};
  MUSTER_TRY(update->drafts, maker.make(std::move(user), update->checks));
  update->target = maker.sealed_for();
  return Decide{
      [update = std::shared_ptr<const Update>{std::move(update)}](StateReader& states, Micros) {
        return decide_update(states, *update);
      }};
}

}  // namespace muster
