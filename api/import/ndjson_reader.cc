#include "api/import/ndjson_reader.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/import/text.h"
#include "api/import/user_ids.h"
#include "engine/core/json.h"

namespace muster {

namespace {

// More than this helps nobody to mend a row.
constexpr std::size_t kFaultsMax = 16;

// Reads members of one object and gathers what is wrong with them under `pointer`.
class ObjectReader {
 public:
  ObjectReader(JsonValue object, std::string pointer, std::vector<Fault>& faults)
      : object_{object}, pointer_{std::move(pointer)}, faults_{faults} {
    if (!object_.is_object()) {
      add_fault(pointer_, "type", "must be an object");
    }
  }

  [[nodiscard]] std::string text(std::string_view name) {
    const auto value = object_.find_set(name);
    if (!value) {
      return {};
    }
    if (!value->is_string()) {
      wrong(name, "type", "must be a string");
      return {};
    }
    return std::string{value->as_string()};
  }

  [[nodiscard]] std::string required_text(std::string_view name) {
    if (!object_.find_set(name)) {
      wrong(name, "required", "is missing");
    }
    return text(name);
  }

  [[nodiscard]] bool flag(std::string_view name) {
    const auto value = object_.find_set(name);
    if (value && !value->is_bool()) {
      wrong(name, "type", "must be true or false");
    }
    return value && value->flag().value_or(false);
  }

  [[nodiscard]] bool has(std::string_view name) const { return object_.find_set(name).has_value(); }

  // The member, which must be an object, as minified JSON.
  [[nodiscard]] std::string object_json(std::string_view name) {
    const auto value = object_.find_set(name);
    if (value && !value->is_object()) {
      wrong(name, "type", "must be an object");
    }
    return value && value->is_object() ? value->minified() : std::string{};
  }

  // A hash object or a string, as JSON.
  [[nodiscard]] std::string hash_json(std::string_view name) {
    const auto value = object_.find_set(name);
    if (value && !value->is_object() && !value->is_string()) {
      wrong(name, "type", "must be a hash object or a string");
    }
    return value ? value->minified() : std::string{};
  }

  // Calls `read` with a reader for each element of the array.
  template <class Read>
  void each(std::string_view name, Read read) {
    const auto array = object_.find_set(name);
    if (!array) {
      return;
    }
    if (!array->is_array()) {
      wrong(name, "type", "must be an array");
      return;
    }
    std::size_t index = 0;
    for (const JsonValue element : array->elements()) {
      read(ObjectReader{element, pointer_to(name) + "/" + std::to_string(index++), faults_});
    }
  }

  void wrong(std::string_view name, std::string_view rule, std::string_view reason) {
    add_fault(pointer_to(name), rule, reason);
  }

 private:
  [[nodiscard]] std::string pointer_to(std::string_view name) const {
    std::string result = pointer_;
    append_pointer_token(result, name);
    return result;
  }

  void add_fault(std::string pointer, std::string_view rule, std::string_view reason) {
    if (faults_.size() < kFaultsMax) {
      faults_.push_back({std::move(pointer), std::string{rule}, std::string{reason}});
    }
  }

  JsonValue object_;
  std::string pointer_;
  std::vector<Fault>& faults_;
};

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
    } else if (!type.empty()) {
      element.wrong("type", "enum", "only passwords can be imported");
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
    Failure why =
        failure(Errc::kInvalid, "invalid_row", "the row is not a user: " + faults[0].reason);
    why.faults = std::move(faults);
    return RowFailure{.line = line, .key = std::move(user.source_key), .failure = std::move(why)};
  }
  user.line = line;
  return user;
}

}  // namespace

std::optional<NdjsonRecord> NdjsonReader::next() {
  while (const auto line = lines_.next()) {
    if (line->too_long) {
      return RowFailure{
          .line = line->number,
          .key = {},
          .failure = failure(Errc::kTooLarge, "line_too_large", "a line may have 1 MiB")};
    }
    if (!trimmed(line->text).empty()) {
      return parse_row(line->text, line->number);
    }
  }
  return std::nullopt;
}

}  // namespace muster
