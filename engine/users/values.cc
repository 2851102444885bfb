#include "engine/users/values.h"

namespace muster {

void check_values(Faults& faults, const UserValues& values, const UserSchemaIds& ids) {
  for (const Governed& kind : kGoverned) {
    const JsonText& value = values.*kind.value;
    if (!value.empty() && !value.text.starts_with('{')) {
      faults.add(kind.pointer, "type", "must be an object");
    }
    const std::string& id = ids.*kind.id;
    if (!id.empty()) {
      check_id(faults, std::string{kind.pointer} + "_schema_id", id);
    }
  }
}

ValueCheck value_check(const Governed& kind,
                       std::string schema_id,
                       const JsonText& value,
                       bool payload_expected) {
  const bool expected = payload_expected && kind.value == &UserValues::payload;
  return {&kind, std::move(schema_id), value.empty() && expected ? "{}" : value.text};
}

Result<void> validate_values(const std::vector<ValueCheck>& checks, const UserSchemas& schemas) {
  std::optional<Failure> refused;
  for (const ValueCheck& check : checks) {
    const auto& read = schemas.*check.kind->schema;
    // A schema that is not the right one is refused while deciding.
    if (schemas.in_place || check.text.empty() || !read || read->id != check.schema_id) {
      continue;
    }
    Result<void> valid = validate_at(*read->compiled, check.text, check.kind->pointer);
    if (valid) {
      continue;
    }
    if (!refused) {
      refused = std::move(valid).error();
    } else {
      std::ranges::move(valid.error().faults, std::back_inserter(refused->faults));
    }
  }
  return refused ? Result<void>{*std::move(refused)} : Result<void>{};
}

std::vector<std::string> pass_over_unfit(std::vector<ValueCheck>& checks,
                                         const UserSchemas& schemas,
                                         const std::vector<std::string>& unfit) {
  std::vector<std::string> passed_over;
  for (ValueCheck& check : checks) {
    const std::string_view name = check.kind->pointer.substr(1);
    const auto& read = schemas.*check.kind->schema;
    const bool is_read = read && read->id == check.schema_id;
    if (std::ranges::find(unfit, name) == unfit.end() || check.text.empty() ||
        (is_read && validate_at(*read->compiled, check.text, check.kind->pointer))) {
      continue;
    }
    check.text.clear();  // the schema must only exist
    passed_over.emplace_back(name);
  }
  return passed_over;
}

Result<std::vector<SchemaUse>> confirm_values(StateReader& states,
                                              LogId log,
                                              const std::vector<ValueCheck>& checks,
                                              const UserSchemas& schemas) {
  std::vector<SchemaUse> uses;
  for (const ValueCheck& check : checks) {
    if (check.schema_id.empty()) {
      continue;
    }
    if (check.text.empty()) {
      const std::string pointer = std::string{check.kind->pointer} + "_schema_id";
      MUSTER_CHECKED(find_schema(states, log, check.schema_id, pointer));
      continue;
    }
    SchemaClaim claim{
        check.schema_id, check.kind->pointer, schemas.*check.kind->schema, std::nullopt};
    if (schemas.in_place) {
      claim.unchecked = check.text;
    }
    MUSTER_TRY(SchemaUse use, check_schema(states, log, claim));
    uses.push_back(std::move(use));
  }
  return uses;
}

AnyEvent replaced_event(const Governed& kind, std::string schema_id, JsonText value) {
  if (kind.value == &UserValues::payload) {
    return UserPayloadReplaced{std::move(schema_id), std::move(value)};
  }
  if (kind.value == &UserValues::metadata) {
    return UserMetadataReplaced{std::move(schema_id), std::move(value)};
  }
  return UserBusinessMetadataReplaced{std::move(schema_id), std::move(value)};
}

}  // namespace muster
