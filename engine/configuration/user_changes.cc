#include "engine/configuration/user_changes.h"

#include "engine/core/bytes.h"
#include "engine/users/lookup.h"
#include "engine/users/parts.h"

namespace muster {
namespace {

bool same_json(const JsonText& left, const JsonText& right) {
  if (left == right || left.empty() || right.empty()) {
    return left == right;
  }
  const auto first = parse_json(left.text);
  const auto second = parse_json(right.text);
  return first && second && json_equal(first->root(), second->root());
}

/// Whether a stored part is the one that is asked for, whatever else is said about it.
template <class Stored, class Asked>
bool is_same_part(const Stored& stored, const Asked& asked) {
  return stored.type == asked.type && stored.value == asked.value &&
         (asked.id.empty() || asked.id == stored.id);
}

Result<void> check_count(std::string_view pointer, std::size_t count, std::size_t max) {
  return count <= max ? Result<void>{}
                      : failure_at(Errc::kInvalid,
                                   "too_many",
                                   pointer,
                                   "at most " + std::to_string(max) + " of one user");
}

/// What a command was prepared from.
struct Changes {
  SealedFor target;
  Revision revision{};
  std::vector<Draft> drafts;
  std::vector<ValueCheck> checks;
  UserSchemas schemas;
  bool no_case_apart = false;  // tells_no_case_apart() of the pool
};

class ChangesMaker {
 public:
  ChangesMaker(const DomainPorts& ports, const UserTarget& target, UserExtent extent)
      : ports_{ports},
        target_{target},
        whole_{extent == UserExtent::kWhole},
        sealed_{ports, target} {}

  Result<std::vector<Draft>> make(CreateUser& wanted, const std::vector<ValueCheck>& checks) {
    for (const ValueCheck& check : checks) {
      const JsonText& value = wanted.values.*check.kind->value;
      MUSTER_CHECKED(seal(replaced_event(*check.kind, check.schema_id, value)));
    }
    if (wanted.status != target_.user.status) {
      drafts_.push_back(open_draft(UserStatusChanged{wanted.status}));
    }
    // Removals first: what follows may differ from what goes in its spelling only.
    MUSTER_CHECKED(replace_identifiers(wanted.identifiers));
    MUSTER_CHECKED(replace_addresses(wanted.addresses));
    MUSTER_CHECKED(replace_credentials(wanted.credentials));
    return std::move(drafts_);
  }

  [[nodiscard]] const SealedFor& sealed_for() const { return sealed_.target(); }

 private:
  Result<void> seal(AnyEvent event) {
    MUSTER_TRY(Draft draft, sealed_.seal(std::move(event)));
    drafts_.push_back(std::move(draft));
    return {};
  }

  /// Whether a stored part that nothing asks for as it is has to go.
  template <class Stored, class Asked>
  [[nodiscard]] bool goes(const Stored& stored, const std::vector<Asked>& wanted) const {
    return whole_ || std::ranges::any_of(wanted, [&](const Asked& asked) {
             const bool same = tells_no_case_apart(target_.pool)
                                   ? fold(asked.value) == folded_form(stored)
                                   : asked.value == stored.value;
             return same || asked.id == stored.id;
           });
  }

  Result<void> replace_identifiers(std::vector<NewIdentifier>& wanted) {
    const auto same = [](const Identifier& stored, const NewIdentifier& asked) {
      return is_same_part(stored, asked) && same_json(stored.metadata, asked.metadata);
    };
    const auto& held = target_.user.identifiers;
    std::size_t count = held.size();
    for (const Identifier& stored : held) {
      const auto as_is = [&](const NewIdentifier& asked) {
        return same(stored, asked);
      };
      if (std::ranges::none_of(wanted, as_is) && goes(stored, wanted)) {
        drafts_.push_back(open_draft(UserIdentifierRemoved{stored.id}));
        --count;
      }
    }
    for (NewIdentifier& asked : wanted) {
      if (std::ranges::any_of(held, [&](const auto& stored) { return same(stored, asked); })) {
        continue;
      }
      UserIdentifierAdded event;
      event.identifier = make_identifier(ports_, std::move(asked));
      event.folding = folding_of(event.identifier);
      MUSTER_CHECKED(seal(std::move(event)));
      ++count;
    }
    return check_count("/identifiers/0", count, kIdentifiersMax);
  }

  Result<void> replace_addresses(std::vector<NewAddress>& wanted) {
    const auto& held = target_.user.addresses;
    std::size_t count = held.size();
    for (const Address& stored : held) {
      const auto as_is = [&](const NewAddress& asked) {
        return is_same_part(stored, asked);
      };
      if (std::ranges::none_of(wanted, as_is) && goes(stored, wanted)) {
        drafts_.push_back(open_draft(UserAddressRemoved{stored.id}));
        --count;
      }
    }
    for (NewAddress& asked : wanted) {
      const auto stored =
          std::ranges::find_if(held, [&](const Address& one) { return is_same_part(one, asked); });
      Address made = make_address(ports_, std::move(asked));
      if (stored == held.end()) {
        UserAddressAdded event{folding_of(made), std::move(made)};
        MUSTER_CHECKED(seal(std::move(event)));
        ++count;
      } else if (differs(*stored, made)) {
        MUSTER_CHECKED(seal(UserAddressUpdated{
            stored->id, made.status, made.verified, made.preferred_contact_method, made.metadata}));
      }
    }
    return check_count("/verifiable_addresses/0", count, kAddressesMax);
  }

  static bool differs(const Address& stored, const Address& made) {
    return stored.status != made.status || stored.verified != made.verified ||
           stored.preferred_contact_method != made.preferred_contact_method ||
           !same_json(stored.metadata, made.metadata);
  }

  /// A user has one credential of a type. Exports say instants in milliseconds.
  static bool differs(const Credential& stored, const Credential& made) {
    return stored.id != made.id || stored.state != made.state ||
           to_whole_milliseconds(stored.expires) != to_whole_milliseconds(made.expires) ||
           !(equal_in_constant_time(stored.secret.text, made.secret.text) ||
             same_json(stored.secret, made.secret));
  }

  Result<void> replace_credentials(std::vector<NewCredential>& wanted) {
    for (const Credential& stored : target_.user.credentials) {
      const auto asked = std::ranges::find(wanted, stored.type, &NewCredential::type);
      const bool other_id = asked != wanted.end() && !asked->id.empty() && asked->id != stored.id;
      if (other_id || (asked == wanted.end() && whole_)) {
        drafts_.push_back(open_draft(UserCredentialRemoved{stored.id}));
      }
    }
    for (NewCredential& asked : wanted) {
      const Credential* stored = target_.user.find_credential(asked.type);
      if (stored != nullptr && asked.id.empty()) {
        asked.id = stored->id;
      }
      if (stored != nullptr && stored->id == asked.id) {
        asked.created = {};  // stays
        asked.updated = {};
      }
      Credential made = make_credential(ports_, target_.pool, std::move(asked), {});
      if (stored == nullptr || differs(*stored, made)) {
        MUSTER_CHECKED(seal(UserCredentialSet{std::move(made)}));
      }
    }
    return {};
  }

  const DomainPorts& ports_;
  UserTarget target_;
  bool whole_;
  UserDrafts sealed_;
  std::vector<Draft> drafts_;
};

/// The values that change. A schema that the import does not name stays.
std::vector<ValueCheck> changed_values(const UserState& user, const CreateUser& wanted) {
  std::vector<ValueCheck> checks;
  for (const Governed& kind : kGoverned) {
    const std::string& asked = wanted.schema_ids.*kind.id;
    const std::string& id = asked.empty() ? user.*kind.stored_schema_id : asked;
    const JsonText& value = wanted.values.*kind.value;
    if (id != user.*kind.stored_schema_id || !same_json(value, user.*kind.stored)) {
      checks.push_back(value_check(kind, id, value, false));
    }
  }
  return checks;
}

/// What does not fit afterwards: of the values that stay, and of those that are replaced.
std::vector<std::string> unfit_with(const UserState& user,
                                    const Changes& changes,
                                    const std::vector<std::string>& replaced) {
  std::vector<std::string> unfit;
  for (const Governed& kind : kGoverned) {
    const std::string name{kind.pointer.substr(1)};
    const bool is_replaced = std::ranges::any_of(
        changes.checks, [&](const ValueCheck& check) { return check.kind == &kind; });
    const auto& known = is_replaced ? replaced : user.unfit;
    if (std::ranges::find(known, name) != known.end()) {
      unfit.push_back(name);
    }
  }
  return unfit;
}

Result<Decision> decide_changes(StateReader& states, const Changes& changes) {
  Result<FoundUser> found = find_user(states, changes.target);
  if (!found && found.error().rule == "user_not_found") {
    return stale();
  }
  MUSTER_TRY(const FoundUser user, std::move(found));
  if (user.user->head.revision != changes.revision ||
      tells_no_case_apart(*user.pool) != changes.no_case_apart) {
    return stale();
  }
  MUSTER_TRY(std::vector<SchemaUse> uses,
             confirm_values(states, user.address.log, changes.checks, changes.schemas));
  Decision decision = decision_of(user, changes.drafts);
  decision.schemas = std::move(uses);
  return decision;
}

}  // namespace

Result<Decide> prepare_user_changes(const DomainPorts& ports,
                                    const UserTarget& target,
                                    CreateUser wanted,
                                    UserExtent extent) {
  auto changes = std::make_shared<Changes>();
  changes->revision = target.user.head.revision;
  changes->no_case_apart = tells_no_case_apart(target.pool);
  if (extent == UserExtent::kWhole) {
    changes->checks = changed_values(target.user, wanted);
  }
  changes->schemas = std::move(wanted.schemas);
  const auto unfit = pass_over_unfit(changes->checks, changes->schemas, wanted.unfit);
  MUSTER_CHECKED(validate_values(changes->checks, changes->schemas));
  ChangesMaker maker{ports, target, extent};
  MUSTER_TRY(changes->drafts, maker.make(wanted, changes->checks));
  if (!unfit.empty()) {
    changes->drafts.push_back(open_draft(UserFitChecked{unfit_with(target.user, *changes, unfit)}));
  }
  changes->target = maker.sealed_for();
  return Decide{
      [changes = std::shared_ptr<const Changes>{std::move(changes)}](StateReader& states, Micros) {
        return decide_changes(states, *changes);
      }};
}

}  // namespace muster
