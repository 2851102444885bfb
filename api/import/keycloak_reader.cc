#include "api/import/keycloak_reader.h"

#include <utility>
#include <vector>

#include "api/import/foreign_credentials.h"
#include "api/import/json_parts.h"
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
  const std::string given = row.text("id");
  user.source_key = given.empty() ? name : given;
  user.id = user_id_from_given_id(user.source_key);
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

PersonRecord read_user(const JsonArrayElement& element, const ForeignOptions& options) {
  auto document = parse_json(element.text);
  if (!document) {
    return RowFailure{.line = element.line, .key = {}, .failure = std::move(document).error()};
  }
  std::vector<Fault> faults;
  ObjectReader row{document->root(), "", faults};
  if (row.has("serviceAccountClientId")) {
    return NotAPerson{};
  }
  ImportedUser user;
  user.line = element.line;
  user.status = !row.has("enabled") || row.flag("enabled") ? "active" : "inactive";
  JsonMemberTexts payload;
  read_attributes(row, payload);
  read_names(row, payload);
  user.payload_json = json_object(payload);
  if (const auto created = row.value().find_set("createdTimestamp"); created) {
    user.metadata_json = json_object({{"created_timestamp", created->minified()}});
  }
  read_keys(row, user);
  read_credentials(row, options, user);
  if (!faults.empty()) {
    return refused_row(element.line, std::move(user.source_key), std::move(faults));
  }
  return user;
}

}  // namespace

std::optional<PersonRecord> KeycloakReader::next() {
  auto element = users_.next();
  if (!element) {
    return std::nullopt;
  }
  if (auto* refused = std::get_if<RowFailure>(&*element)) {
    return PersonRecord{std::move(*refused)};
  }
  return read_user(std::get<JsonArrayElement>(*element), options_);
}

}  // namespace muster
