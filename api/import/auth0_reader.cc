#include "api/import/auth0_reader.h"

#include <utility>
#include <vector>

#include "api/import/foreign_credentials.h"
#include "api/import/json_parts.h"
#include "api/import/line_rows.h"
#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/text/address.h"

namespace muster {
namespace {

// The first byte behind a byte order mark and white space; `input` is left where it was.
bool begins_with_bracket(std::istream& input) {
  ByteSource bytes{input};
  int byte = bytes.take();
  while (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
    byte = bytes.take();
  }
  input.clear();
  input.seekg(0);
  return byte == '[';
}

void read_payload(ObjectReader& row, JsonMemberTexts& payload) {
  for (const std::string_view name : {"given_name", "family_name", "name", "nickname", "picture"}) {
    if (std::string value = row.text(name); !value.empty()) {
      payload[std::string{name}] = json_string(value);
    }
  }
}

void read_phone(ObjectReader& row, ImportedUser& user, JsonMemberTexts& payload) {
  const std::string phone = row.text("phone_number");
  if (phone.empty()) {
    return;
  }
  const auto mobile = normalise_mobile(phone);
  if (!mobile) {
    payload["phone_number"] = json_string(phone);
    return;
  }
  ImportedAddress address;
  address.type = "mobile";
  address.value = *mobile;
  address.verified = row.flag("phone_verified");
  user.addresses.push_back(std::move(address));
}

void read_metadata(ObjectReader& row, const ForeignOptions& options, ImportedUser& user) {
  user.metadata_json = row.object_json("app_metadata");
  const std::string users = row.object_json("user_metadata");
  if (options.business_metadata || users.empty()) {
    user.business_metadata_json = users;
    return;
  }
  JsonMemberTexts metadata;
  if (const auto app = row.value().find_set("app_metadata")) {
    for (const auto& [name, value] : app->members()) {
      metadata[std::string{name}] = value.minified();
    }
  }
  metadata.try_emplace("user_metadata", users);
  user.metadata_json = json_object(metadata);
}

std::string given_id(ObjectReader& row) {
  if (row.has("user_id")) {
    return row.text("user_id");
  }
  const auto id = row.value().find_set("_id");
  const auto object_id = id ? id->find_set("$oid") : std::nullopt;
  return object_id ? "auth0|" + std::string{object_id->text().value_or("")} : std::string{};
}

void read_keys(ObjectReader& row, ImportedUser& user) {
  const std::string email = row.text("email");
  const std::string name = row.text("username");
  if (!email.empty()) {
    user.identifiers.push_back({"email", email, {}});
    ImportedAddress address;
    address.type = "email";
    address.value = email;
    address.verified = row.flag("email_verified");
    user.addresses.push_back(std::move(address));
  }
  if (!name.empty() && !equal_ignoring_ascii_case(name, email)) {
    user.identifiers.push_back({"uid", name, {}});
  }
  user.source_key = given_id(row);
  if (!user.source_key.empty()) {
    user.id = user_id_from_given_id(user.source_key);
  } else if (!user.identifiers.empty()) {
    const ImportedIdentifier& first = user.identifiers.front();
    user.source_key = first.value;
    user.id = user_id_from_identifier(first.type, first.value);
  } else {
    row.wrong("user_id", "required", "give each user a user_id, an email or a username");
  }
}

PersonRecord read_user(std::string_view text, std::uint64_t line, const ForeignOptions& options) {
  auto document = parse_json(text);
  if (!document) {
    return RowFailure{.line = line, .key = {}, .failure = std::move(document).error()};
  }
  std::vector<Fault> faults;
  ObjectReader row{document->root(), "", faults};
  ImportedUser user;
  user.line = line;
  user.status = row.flag("blocked") ? "inactive" : "active";
  JsonMemberTexts payload;
  read_payload(row, payload);
  read_phone(row, user, payload);
  user.payload_json = json_object(payload);
  read_metadata(row, options, user);
  read_keys(row, user);
  std::vector<Fault> ignored;
  ObjectReader credentials{row.value(), "", options.skip_credentials ? ignored : faults};
  read_auth0_credentials(credentials, user);
  if (!faults.empty()) {
    return refused_row(line, std::move(user.source_key), std::move(faults));
  }
  return user;
}

}  // namespace

Auth0Reader::Auth0Reader(std::istream& input, ForeignOptions options)
    : options_{options}, is_array_{begins_with_bracket(input)}, lines_{input}, array_{input, ""} {}

std::optional<PersonRecord> Auth0Reader::next_line() {
  return next_row<PersonRecord>(lines_, [this](std::string_view text, std::uint64_t line) {
    return read_user(text, line, options_);
  });
}

std::optional<PersonRecord> Auth0Reader::next() {
  if (!is_array_) {
    return next_line();
  }
  auto element = array_.next();
  if (!element) {
    return std::nullopt;
  }
  if (auto* refused = std::get_if<RowFailure>(&*element)) {
    return PersonRecord{std::move(*refused)};
  }
  const auto& row = std::get<JsonArrayElement>(*element);
  return read_user(row.text, row.line, options_);
}

std::uint64_t Auth0Reader::bytes_consumed() const {
  return is_array_ ? array_.bytes_consumed() : lines_.bytes_consumed();
}

bool Auth0Reader::failed() const {
  return is_array_ ? array_.failed() : lines_.failed();
}

}  // namespace muster
