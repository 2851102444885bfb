#include "api/import/keycloak_reader.h"

#include <utility>
#include <vector>

#include "api/import/foreign_credentials.h"
#include "api/import/json_parts.h"
#include "api/import/keycloak_roles.h"
#include "api/import/text.h"
#include "api/import/user_ids.h"

namespace muster {
namespace {

void read_attributes(ObjectReader& row, JsonMemberTexts& payload) {
  const auto attributes = row.object("attributes");
  if (!attributes) {
    return;
  }
  for (const auto& [name, value] : attributes->value().members()) {
    if (value.is_array() && value.size() == 1) {
      payload[std::string{name}] = (*value.elements().begin()).minified();
    } else if (!value.is_null() && !(value.is_array() && value.size() == 0)) {
      payload[std::string{name}] = value.minified();
    }
  }
}

// An attribute called like one of the three gives way.
void read_names(ObjectReader& row, JsonMemberTexts& payload) {
  const std::string given = row.text("firstName");
  const std::string family = row.text("lastName");
  if (!given.empty()) {
    payload["given_name"] = json_string(given);
  }
  if (!family.empty()) {
    payload["family_name"] = json_string(family);
  }
  if (!given.empty() || !family.empty()) {
    payload["name"] = json_string(std::string{trimmed(given + " " + family)});
  }
}

void read_keys(ObjectReader& row, ImportedUser& user) {
  const std::string name = row.required_text("username");
  const std::string email = row.text("email");
  if (!name.empty() && !equal_ignoring_ascii_case(name, email)) {
    user.identifiers.push_back({"uid", name, {}});
  }
  if (!email.empty()) {
    user.identifiers.push_back({"email", email, {}});
    ImportedAddress address;
    address.type = "email";
    address.value = email;
    address.verified = row.flag("emailVerified");
    user.addresses.push_back(std::move(address));
  }
  KeycloakUserKey key = keycloak_user_key(row);
  user.source_key = std::move(key.source_key);
  user.id = std::move(key.id);
}

bool must_change_password(ObjectReader& row) {
  const auto actions = row.value().find_set("requiredActions");
  if (!actions) {
    return false;
  }
  for (const JsonValue action : actions->elements()) {
    if (action.text().value_or("") == "UPDATE_PASSWORD") {
      return true;
    }
  }
  return false;
}

void read_credentials(ObjectReader& row, const ForeignOptions& options, ImportedUser& user) {
  std::vector<Fault> ignored;
  ObjectReader credentials{row.value(), "", options.skip_credentials ? ignored : row.faults()};
  credentials.each("credentials", [&user](ObjectReader credential) {
    read_keycloak_credential(credential, user);
  });
  if (user.password && must_change_password(row)) {
    user.password->must_be_changed = true;
  }
}

/// `left` counts the roles that stay behind.
PersonRecord read_user(const JsonArrayElement& element,
                       const ForeignOptions& options,
                       LeftBehind& left) {
  auto document = parse_json(element.text);
  if (!document) {
    return RowFailure{.line = element.line, .key = {}, .failure = std::move(document).error()};
  }
  std::vector<Fault> faults;
  ObjectReader row{document->root(), "", faults};
  if (is_service_account(row)) {
    return NotAPerson{};
  }
  ImportedUser user;
  user.line = element.line;
  user.status = !row.has("enabled") || row.flag("enabled") ? "active" : "inactive";
  JsonMemberTexts payload;
  read_attributes(row, payload);
  read_names(row, payload);
  user.payload_json = json_object(payload);
  const KeycloakRoles roles = read_keycloak_roles(row.value());
  JsonMemberTexts metadata;
  if (const auto created = row.value().find_set("createdTimestamp"); created) {
    metadata["created_timestamp"] = created->minified();
  }
  if (!options.roles_as.empty() && roles.count > 0) {
    metadata[options.roles_as] = roles.json;
  }
  user.metadata_json = json_object(metadata);
  read_keys(row, user);
  read_credentials(row, options, user);
  if (!faults.empty()) {
    return refused_row(element.line, std::move(user.source_key), std::move(faults));
  }
  left.roles += options.roles_as.empty() ? roles.count : 0;
  return user;
}

}  // namespace

KeycloakUserKey keycloak_user_key(ObjectReader& row) {
  const std::string given = row.text("id");
  std::string key = given.empty() ? row.text("username") : given;
  std::string id = user_id_from_given_id(key);
  return {std::move(id), std::move(key)};
}

bool is_service_account(const ObjectReader& row) {
  return row.has("serviceAccountClientId");
}

std::optional<PersonRecord> KeycloakReader::next() {
  auto element = users_.next();
  if (!element) {
    return std::nullopt;
  }
  if (auto* refused = std::get_if<RowFailure>(&*element)) {
    return PersonRecord{std::move(*refused)};
  }
  return read_user(std::get<JsonArrayElement>(*element), options_, left_);
}

}  // namespace muster
