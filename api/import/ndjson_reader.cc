#include "api/import/ndjson_reader.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/import/line_rows.h"
#include "api/import/object_reader.h"
#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/core/json.h"

namespace muster {

namespace {

void read_status(ObjectReader& row, ImportedUser& user) {
  user.status = row.required_text("status");
  if (!user.status.empty() && user.status != "new" && user.status != "active" &&
      user.status != "inactive" && user.status != "deleted") {
    row.wrong("status", "enum", "must be new, active, inactive or deleted");
  }
}

void read_identifiers(ObjectReader& row, ImportedUser& user) {
  row.each("identifiers", [&user](ObjectReader element) {
    user.identifiers.push_back({.type = element.required_text("type"),
                                .value = element.required_text("identifier"),
                                .metadata_json = element.object_json("metadata")});
  });
}

void read_addresses(ObjectReader& row, ImportedUser& user) {
  row.each("verifiable_addresses", [&user](ObjectReader element) {
    ImportedAddress address;
    address.type = element.required_text("type");
    address.value = element.required_text("address");
    address.verified = element.flag("verified");
    if (element.has("status")) {
      address.status = element.text("status");
    }
    address.preferred_contact_method = element.text("preferred_contact_method");
    address.metadata_json = element.object_json("metadata");
    user.addresses.push_back(std::move(address));
  });
}

void read_password(ObjectReader& credential, ImportedUser& user) {
  if (user.password) {
    credential.wrong("type", "unique", "a user has one password");
    return;
  }
  if (credential.has("password") == credential.has("hashed_password")) {
    credential.wrong("password", "required", "give either password or hashed_password");
    return;
  }
  const bool clear = credential.has("password");
  user.password = ImportedPassword{
      .kind = clear ? ImportedPassword::Kind::kClearText : ImportedPassword::Kind::kHashJson,
      .value = clear ? credential.text("password") : credential.hash_json("hashed_password"),
      .must_be_changed = credential.flag("must_be_changed"),
      .must_be_reset = credential.flag("must_be_reset")};
}

void read_credentials(ObjectReader& row, ImportedUser& user) {
  row.each("credentials", [&user](ObjectReader element) {
    const std::string type = element.required_text("type");
    if (type == "password") {
      read_password(element, user);
    } else if (type == "totp") {
      user.totp_secret = element.required_text("totp_secret");
    } else if (!type.empty()) {
      element.wrong("type", "enum", "only password and totp can be imported");
    }
  });
}

void read_id(ObjectReader& row, ImportedUser& user) {
  const std::string given = row.text("id");
  if (!given.empty()) {
    user.id = user_id_from_given_id(given);
    user.source_key = given;
    return;
  }
  if (user.identifiers.empty()) {
    row.wrong("id", "required", "give each user an id or an identifier");
    return;
  }
  const ImportedIdentifier& first = user.identifiers.front();
  user.id = user_id_from_identifier(first.type, first.value);
  user.source_key = first.value;
}

ImportedUser read_user(ObjectReader& row) {
  ImportedUser user;
  read_status(row, user);
  user.payload_json = row.object_json("payload");
  user.metadata_json = row.object_json("metadata");
  user.business_metadata_json = row.object_json("business_metadata");
  user.payload_schema_id = row.text("payload_schema_id");
  user.metadata_schema_id = row.text("metadata_schema_id");
  user.business_metadata_schema_id = row.text("business_metadata_schema_id");
  read_identifiers(row, user);
  read_addresses(row, user);
  read_credentials(row, user);
  read_id(row, user);
  return user;
}

NdjsonRecord parse_row(std::string_view text, std::uint64_t line) {
  auto document = parse_json(text);
  if (!document) {
    return RowFailure{.line = line, .key = {}, .failure = std::move(document).error()};
  }
  std::vector<Fault> faults;
  ObjectReader row{document->root(), "", faults};
  ImportedUser user = read_user(row);
  if (!faults.empty()) {
    return refused_row(line, std::move(user.source_key), std::move(faults));
  }
  user.line = line;
  return user;
}

}  // namespace

std::optional<NdjsonRecord> NdjsonReader::next() {
  return next_row<NdjsonRecord>(lines_, parse_row);
}

}  // namespace muster
