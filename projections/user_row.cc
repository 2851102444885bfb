#include "projections/user_row.h"

#include "engine/core/instant.h"
#include "engine/core/json_writer.h"
#include "engine/events/codec.h"
#include "projections/documents.h"

namespace muster {
namespace {

std::string private_part(const UserState& user) {
  std::string out;
  if (user.user_type.empty() && user.credentials.empty() && user.groups.empty() &&
      user.roles.empty() && user.unfit.empty() && !user.keys_folded) {
    return out;
  }
  JsonWriter writer{out};
  writer.begin_object();
  if (!user.user_type.empty()) {
    writer.member("user_type", user.user_type);
  }
  if (!user.credentials.empty()) {
    writer.key("credentials");
    writer.begin_array();
    for (const Credential& credential : user.credentials) {
      writer.begin_object();
      if (!credential.secret.empty()) {
        writer.raw_member("secret", credential.secret.text);
      }
      if (raw(credential.expires) != 0) {
        writer.member("expires", raw(credential.expires));
      }
      writer.end_object();
    }
    writer.end_array();
  }
  if (!user.groups.empty()) {
    writer.key("groups");
    codec::write_value(writer, user.groups);
  }
  if (!user.roles.empty()) {
    writer.key("roles");
    codec::write_value(writer, user.roles);
  }
  if (!user.unfit.empty()) {
    writer.key("unfit");
    codec::write_value(writer, user.unfit);
  }
  if (user.keys_folded) {
    writer.member("keys_folded", true);
  }
  writer.end_object();
  return out;
}

/// Reads members of one object. A member that must be there and is not, or is of another kind,
/// makes `ok` false for good.
class Reader {
 public:
  Reader(JsonValue object, bool& ok) : object_{object}, ok_{ok} { ok_ = ok_ && object.is_object(); }

  void text(std::string_view name, std::string& out) {
    const auto value = object_.find(name);
    ok_ = ok_ && value && value->is_string();
    if (ok_) {
      out = value->as_string();
    }
  }

  void text_if_any(std::string_view name, std::string& out) {
    if (object_.find(name)) {
      text(name, out);
    }
  }

  void json_if_any(std::string_view name, JsonText& out) {
    if (const auto value = object_.find(name)) {
      append_minified(out.text, *value);
    }
  }

  void instant(std::string_view name, Micros& out) {
    std::string spelled;
    text(name, spelled);
    const auto time = ok_ ? parse_rfc3339(spelled) : std::nullopt;
    ok_ = ok_ && time;
    out = time.value_or(Micros{});
  }

  void instant_if_any(std::string_view name, Micros& out) {
    if (object_.find(name)) {
      instant(name, out);
    }
  }

  void flag(std::string_view name, bool& out) {
    const auto value = object_.find(name);
    ok_ = ok_ && value && value->is_bool();
    out = ok_ && value->as_bool();
  }

  void flag_if_any(std::string_view name, bool& out) {
    if (object_.find(name)) {
      flag(name, out);
    }
  }

  template <class T, class Read>
  void list(std::string_view name, std::vector<T>& out, const Read& read) {
    const auto value = object_.find(name);
    ok_ = ok_ && value && value->is_array();
    if (ok_) {
      for (const JsonValue element : value->elements()) {
        Reader reader{element, ok_};
        read(reader, out.emplace_back());
      }
    }
  }

 private:
  JsonValue object_;
  bool& ok_;
};

/// The folded form is stored only when it differs.
std::string folded_unless_same(std::string folded, const std::string& value) {
  return folded == value ? std::string{} : std::move(folded);
}

void read_identifier(Reader& reader, Identifier& identifier) {
  std::string folded;
  reader.text("id", identifier.id);
  reader.text("type", identifier.type);
  reader.text("identifier", identifier.value);
  reader.text("identifier_lc", folded);
  reader.json_if_any("metadata", identifier.metadata);
  reader.instant("created_at", identifier.created);
  reader.instant("updated_at", identifier.updated);
  identifier.folded = folded_unless_same(std::move(folded), identifier.value);
}

void read_address(Reader& reader, Address& address) {
  std::string folded;
  reader.text("id", address.id);
  reader.text("type", address.type);
  reader.text("address", address.value);
  reader.text("address_lc", folded);
  reader.text("status", address.status);
  reader.flag("verified", address.verified);
  reader.text_if_any("preferred_contact_method", address.preferred_contact_method);
  reader.json_if_any("metadata", address.metadata);
  reader.instant("created_at", address.created);
  reader.instant("updated_at", address.updated);
  reader.instant_if_any("verified_at", address.verified_at);
  address.folded = folded_unless_same(std::move(folded), address.value);
}

void read_credential(Reader& reader, Credential& credential) {
  reader.text("id", credential.id);
  reader.text("type", credential.type);
  reader.text_if_any("state", credential.state);
  reader.instant("created_at", credential.created);
  reader.instant("updated_at", credential.updated);
}

bool read_document(JsonValue document, UserState& user) {
  bool ok = true;
  Reader reader{document, ok};
  reader.text("id", user.id);
  reader.text("user_pool_id", user.pool_id);
  reader.text("status", user.status);
  reader.flag_if_any("erased", user.erased_since);
  reader.text_if_any("payload_schema_id", user.payload_schema_id);
  reader.json_if_any("payload", user.payload);
  reader.text_if_any("metadata_schema_id", user.metadata_schema_id);
  reader.json_if_any("metadata", user.metadata);
  reader.text_if_any("business_metadata_schema_id", user.business_metadata_schema_id);
  reader.json_if_any("business_metadata", user.business_metadata);
  reader.instant("created_at", user.created);
  reader.instant("updated_at", user.updated);
  reader.instant("status_updated_at", user.status_updated);
  reader.list("identifiers", user.identifiers, read_identifier);
  reader.list("verifiable_addresses", user.addresses, read_address);
  reader.list("credentials", user.credentials, read_credential);
  return ok;
}

bool read_secrets(JsonValue hidden, UserState& user) {
  const auto secrets = hidden.find("credentials");
  if (!secrets) {
    return user.credentials.empty();
  }
  bool ok = true;
  auto credential = user.credentials.begin();
  for (const JsonValue element : secrets->elements()) {
    if (credential == user.credentials.end()) {
      return false;
    }
    Reader{element, ok}.json_if_any("secret", credential->secret);
    if (const auto expires = element.find("expires")) {
      ok = ok && expires->whole();
      credential->expires = Micros{expires->whole().value_or(0)};
    }
    ++credential;
  }
  return ok && credential == user.credentials.end();
}

template <class T>
bool read_list_if_any(JsonValue object, std::string_view name, std::vector<T>& out) {
  const auto list = object.find(name);
  return !list || codec::read_value(*list, out);
}

bool read_private(std::string_view json, UserState& user) {
  if (json.empty()) {
    return user.credentials.empty();
  }
  const auto document = parse_json(json);
  if (!document) {
    return false;
  }
  const JsonValue hidden = document->root();
  bool ok = true;
  Reader reader{hidden, ok};
  reader.text_if_any("user_type", user.user_type);
  reader.flag_if_any("keys_folded", user.keys_folded);
  return ok && read_secrets(hidden, user) && read_list_if_any(hidden, "groups", user.groups) &&
         read_list_if_any(hidden, "roles", user.roles) &&
         read_list_if_any(hidden, "unfit", user.unfit);
}

}  // namespace

std::string encode_user_row(const UserState& user, std::string_view tenant_id) {
  std::string row;
  row.reserve(1536);  // most rows grow no further
  put_head(row, user.head);
  put_text(row, private_part(user));
  append_user(row, tenant_id, user);
  return row;
}

std::string_view document_in(std::string_view user_row) {
  ByteReader reader{user_row};
  take_head(reader);
  reader.text();
  return reader.rest();
}

Result<bool> keys_folded_in(std::string_view user_row) {
  ByteReader reader{user_row};
  take_head(reader);
  const std::string_view hidden = reader.text();
  if (!reader.ok()) {
    return unreadable_row();
  }
  if (hidden.empty()) {
    return false;
  }
  const auto document = parse_json(hidden);
  if (!document) {
    return unreadable_row();
  }
  return document->root().find("keys_folded").has_value();
}

Result<UserState> decode_user_row(StreamId pool, std::string_view row, JsonValue document) {
  ByteReader reader{row};
  UserState user;
  user.head = take_head(reader);
  user.pool = pool;
  const std::string_view hidden = reader.text();
  if (!reader.ok() || !read_document(document, user) || !read_private(hidden, user)) {
    return unreadable_row();
  }
  return user;
}

Result<UserState> decode_user_row(StreamId pool, std::string_view row) {
  const auto document = parse_json(document_in(row));
  if (!document) {
    return unreadable_row();
  }
  return decode_user_row(pool, row, document->root());
}

}  // namespace muster
