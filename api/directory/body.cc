#include "api/directory/body.h"

#include <algorithm>

#include "api/directory/fields.h"
#include "engine/users/values.h"

namespace muster {
namespace {

/// Reads the body by `read(fields)`; fails when that found faults.
template <class Read>
auto read_body(const Request& request, const Read& read)
    -> Result<decltype(read(std::declval<const Fields&>()))> {
  MUSTER_TRY(const JsonDocument body, parse_body(request));
  BodyFaults faults;
  auto input = read(Fields{body.root(), "", faults});
  MUSTER_CHECKED(faults.done());
  return input;
}

/// Fails unless exactly one of two members was given.
void require_one(const Fields& fields, std::string_view first, std::string_view second, int given) {
  if (given == 1) {
    return;
  }
  const std::string reason =
      "exactly one of " + std::string{first} + " and " + std::string{second} + " must be given";
  fields.faults().values.add(fields.at(first), given == 0 ? "required" : "oneOf", reason);
}

UserValues read_values(const Fields& fields) {
  return {fields.object("payload"), fields.object("metadata"), fields.object("business_metadata")};
}

UserSchemaIds read_schema_ids(const Fields& fields) {
  return {fields.text("payload_schema_id"),
          fields.text("metadata_schema_id"),
          fields.text("business_metadata_schema_id")};
}

NewIdentifier read_identifier(const Fields& fields) {
  return {
      fields.required_text("type"), fields.required_text("identifier"), fields.object("metadata")};
}

NewAddress read_address(const Fields& fields) {
  return {fields.required_text("type"),
          fields.required_text("address"),
          fields.required_flag("verified"),
          fields.text("status"),
          fields.text("preferred_contact_method"),
          fields.object("metadata")};
}

/// A member that only one type of credential has.
void require_type(const Fields& fields,
                  const NewCredential& credential,
                  std::string_view type,
                  std::string_view member) {
  if (credential.type != type) {
    fields.faults().values.add(fields.at(member),
                               "unexpected",
                               "only a credential of type " + std::string{type} + " has it");
  }
}

void read_credential(const Fields& fields, NewUserBody& body) {
  NewCredential credential;
  credential.type = fields.required_text("type");
  credential.totp_secret = fields.text("totp_secret");
  credential.webauthn_credentials = fields.array("webauthn_credentials");
  credential.must_be_changed = fields.flag("must_be_changed");
  credential.must_be_reset = fields.flag("must_be_reset");
  std::string password = fields.text("password");
  if (!password.empty()) {
    require_type(fields, credential, "password", "password");
  } else if (credential.type == "password") {
    fields.faults().values.add(fields.at("password"), "required", "must be given");
  }
  if (!credential.totp_secret.empty()) {
    require_type(fields, credential, "totp", "totp_secret");
  }
  if (credential.webauthn_credentials.text.size() > 2 && credential.type != "webauthn") {
    require_type(fields, credential, "webauthn", "webauthn_credentials");
  }
  body.user.credentials.push_back(std::move(credential));
  body.passwords.push_back(password.empty() ? std::nullopt : std::optional{std::move(password)});
}

}  // namespace

Result<CreateSchema> read_schema(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    CreateSchema schema;
    schema.id = fields.text("id");
    schema.name = fields.required_text("name");
    schema.description = fields.text("description");
    schema.schema = fields.object("schema");
    schema.system = fields.flag("system");
    return schema;
  });
}

Result<GroupBody> read_group(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    return GroupBody{fields.text("id"),
                     fields.text("name"),
                     fields.text("description"),
                     fields.text("parent_id")};
  });
}

Result<NewUserBody> read_new_user(const Request& request, bool with_user_type) {
  return read_body(request, [&](const Fields& fields) {
    NewUserBody body;
    CreateUser& user = body.user;
    user.id = fields.text("id");
    user.status = fields.required_text("status");
    user.user_type = with_user_type ? fields.text("user_type") : std::string{};
    user.values = read_values(fields);
    user.schema_ids = read_schema_ids(fields);
    for (const Fields& element : fields.elements("identifiers")) {
      user.identifiers.push_back(read_identifier(element));
    }
    for (const Fields& element : fields.elements("verifiable_addresses")) {
      user.addresses.push_back(read_address(element));
    }
    for (const Fields& element : fields.elements("credentials")) {
      read_credential(element, body);
    }
    return body;
  });
}

Result<ReplaceUser> read_user_changes(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    ReplaceUser changes;
    changes.status = fields.text("status");
    changes.values = read_values(fields);
    changes.schema_ids = read_schema_ids(fields);
    return changes;
  });
}

Result<PatchUser> read_user_patch(const Request& request) {
  MUSTER_TRY(const JsonDocument body, parse_body(request));
  BodyFaults faults;
  PatchUser patch;
  for (const auto& [name, value] : body.root().members()) {
    std::string pointer;
    append_pointer_token(pointer, name);
    const auto kind = std::ranges::find(kGoverned, pointer, &Governed::pointer);
    if (kind == kGoverned.end()) {
      faults.values.add(
          pointer, "unexpected", "only payload, metadata and business_metadata can be patched");
    } else if (!value.is_object() && !value.is_null()) {
      faults.types.add(pointer, "type", "must be an object or null");
    } else {
      patch.patches.*kind->value = JsonText{value.minified()};
    }
  }
  MUSTER_CHECKED(faults.done());
  return patch;
}

Result<NewIdentifier> read_new_identifier(const Request& request) {
  return read_body(request, read_identifier);
}

Result<NewAddress> read_new_address(const Request& request) {
  return read_body(request, read_address);
}

Result<UpdateAddress> read_address_update(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    UpdateAddress update;
    update.value = fields.required_text("address");
    update.status = fields.required_text("status");
    update.verified = fields.required_flag("verified");
    if (fields.has("preferred_contact_method")) {
      update.preferred_contact_method = fields.text("preferred_contact_method");
    }
    if (fields.has("metadata")) {
      update.metadata = fields.object("metadata");
    }
    return update;
  });
}

Result<std::string> read_only_text(const Request& request, std::string_view name) {
  return read_body(request, [&](const Fields& fields) { return fields.required_text(name); });
}

Result<UserKey> read_user_key(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    UserKey key{fields.text("identifier"), fields.text("address")};
    require_one(fields,
                "identifier",
                "address",
                (key.identifier.empty() ? 0 : 1) + (key.address.empty() ? 0 : 1));
    return key;
  });
}

Result<PasswordToVerify> read_password_to_verify(const Request& request) {
  return read_body(request, [](const Fields& fields) {
    PasswordToVerify input;
    input.password = fields.required_text("password");
    input.identifier = fields.text("identifier");
    input.user_id = fields.text("userID");
    const std::string legacy = fields.text("id");
    if (!legacy.empty()) {
      input.user_id = legacy;
    }
    require_one(fields,
                "identifier",
                "userID",
                (input.identifier.empty() ? 0 : 1) + (input.user_id.empty() ? 0 : 1));
    return input;
  });
}

}  // namespace muster
