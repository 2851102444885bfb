#include "api/directory/dump_body.h"

#include <map>

#include "api/directory/fields.h"
#include "engine/core/instant.h"
#include "engine/text/address.h"

namespace muster {
namespace {

constexpr std::int64_t kYear1900Us = -2'208'988'800'000'000;

/// An entry of an array, with its place in it.
struct Element {
  Fields fields;
  JsonValue value;
  std::size_t index;
};

class DumpReader {
 public:
  DumpReader(JsonValue document, const DumpReading& reading)
      : reading_{reading}, document_{document}, root_{document, "", faults_} {}

  Result<Dump> read() {
    read_workspaces();
    read_schemas();
    MUSTER_CHECKED(read_pools());
    read_groups();
    read_users();
    read_identifiers();
    read_addresses();
    read_credentials();
    read_members();
    read_codes();
    MUSTER_CHECKED(faults_.done());
    return std::move(dump_);
  }

 private:
  /// The wanted entries of this tenant.
  std::vector<Element> elements(DumpList list) {
    std::vector<Element> found;
    const auto array = document_.find_set(name_of(list));
    const std::vector<Fields> all = root_.elements(name_of(list));
    if (!array || !array->is_array()) {
      return found;
    }
    std::size_t index = 0;
    for (const JsonValue value : array->elements()) {
      const Fields& fields = all[index];
      if ((!reading_.wanted || reading_.wanted(list, index)) && is_ours(fields)) {
        found.push_back({fields, value, index});
      }
      ++index;
    }
    return found;
  }

  bool is_ours(const Fields& fields) {
    const std::string tenant = fields.text("tenant_id");
    if (tenant == reading_.tenant || (tenant.empty() && !reading_.pass_over_others)) {
      return true;
    }
    if (!reading_.pass_over_others) {
      faults_.values.add(fields.at("tenant_id"), "other_tenant", "is another tenant's");
    }
    return false;
  }

  /// Unset: absent, null, the year 1.
  Micros instant(const Fields& fields, std::string_view name) {
    const std::string text = fields.text(name);
    const auto time = text.empty() ? std::optional{Micros{}} : parse_rfc3339(text);
    if (!time) {
      faults_.values.add(fields.at(name), "date-time", "must be an instant as in RFC 3339");
      return Micros{};
    }
    return is_unset_instant(*time) ? Micros{} : *time;
  }

  void read_workspaces() {
    for (const auto& [fields, value, index] : elements(DumpList::kWorkspaces)) {
      dump_.workspaces.push_back({index,
                                  fields.required_text("id"),
                                  fields.text("name"),
                                  fields.text("parent_id"),
                                  fields.texts("cors_origins")});
    }
  }

  void read_schemas() {
    for (const auto& [fields, value, index] : elements(DumpList::kSchemas)) {
      CreateSchema schema;
      schema.id = fields.required_text("id");
      schema.name = fields.required_text("name");
      schema.description = fields.text("description");
      schema.schema = fields.object("schema");
      schema.system = fields.flag("system");
      schema.created = instant(fields, "created_at");
      schema.updated = instant(fields, "updated_at");
      dump_.schemas.push_back({index, std::move(schema)});
    }
  }

  Result<void> read_pools() {
    for (const auto& [fields, value, index] : elements(DumpList::kPools)) {
      static_cast<void>(fields.required_text("id"));
      auto body = read_pool(value, reading_.pools);
      if (!body) {
        Failure refused = std::move(body).error();
        for (Fault& fault : refused.faults) {
          fault.pointer.insert(0, "/pools/" + std::to_string(index));
        }
        return refused;
      }
      PoolEntry entry{index, *std::move(body), std::nullopt};
      if (fields.has("connected_workspaces")) {
        entry.connected = fields.texts("connected_workspaces");
      }
      dump_.pools.push_back(std::move(entry));
    }
    return {};
  }

  void read_groups() {
    for (const auto& [fields, value, index] : elements(DumpList::kGroups)) {
      GroupEntry entry{index,
                       fields.required_text("user_pool_id"),
                       fields.required_text("id"),
                       fields.text("name"),
                       fields.text("description"),
                       {}};
      const std::string path = fields.text("path");
      // Path forms with a slash in front mean the same.
      std::string_view rest = path.empty() ? std::string_view{entry.id} : std::string_view{path};
      rest.remove_prefix(rest.starts_with('/') ? 1 : 0);
      while (!rest.empty()) {
        const auto end = std::min(rest.find('/'), rest.size());
        entry.path.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      dump_.groups.push_back(std::move(entry));
    }
  }

  void read_users() {
    for (const auto& [fields, value, index] : elements(DumpList::kUsers)) {
      UserEntry entry;
      entry.index = index;
      entry.pool_id = fields.required_text("user_pool_id");
      CreateUser& user = entry.user;
      user.id = fields.required_text("id");
      user.status = fields.text("status");
      if (user.status.empty()) {
        user.status = "active";
      }
      user.user_type = fields.text("user_type");
      user.values = {
          fields.object("payload"), fields.object("metadata"), fields.object("business_metadata")};
      user.schema_ids = {fields.text("payload_schema_id"),
                         fields.text("metadata_schema_id"),
                         fields.text("business_metadata_schema_id")};
      user.unfit = fields.texts("unfit");
      user.created = instant(fields, "created_at");
      user.updated = instant(fields, "updated_at");
      user.status_updated = instant(fields, "status_updated_at");
      const Key key{entry.pool_id, user.id};
      if (!users_.try_emplace(key, dump_.users.size()).second) {
        faults_.values.add(fields.at("id"), "unique", "another entry has this id");
        continue;
      }
      pools_of_.emplace(user.id, entry.pool_id);
      dump_.users.push_back(std::move(entry));
    }
  }

  /// The entry of the user that a part belongs to; made when the document has none.
  UserEntry& owner_of(const Fields& fields) {
    const std::string id = fields.required_text("user_id");
    std::string pool = fields.text("user_pool_id");
    // The guide's entries do not say it: the one user of that id in the document is meant.
    if (pool.empty() && pools_of_.count(id) == 1) {
      pool = pools_of_.find(id)->second;
    } else if (pool.empty()) {
      pool = fields.required_text("user_pool_id");
    }
    const auto [place, is_new] = users_.try_emplace(Key{pool, id}, dump_.users.size());
    if (is_new) {
      UserEntry& entry = dump_.users.emplace_back();
      entry.pool_id = pool;
      entry.user.id = id;
    }
    return dump_.users[place->second];
  }

  void read_identifiers() {
    for (const auto& [fields, value, index] : elements(DumpList::kIdentifiers)) {
      UserEntry& owner = owner_of(fields);
      NewIdentifier part;
      part.value = fields.required_text("identifier");
      part.type = fields.text("type");
      if (part.type.empty()) {
        part.type = is_email(part.value) ? "email" : is_mobile(part.value) ? "mobile" : "uid";
      }
      part.metadata = fields.object("metadata");
      part.id = fields.text("id");
      part.created = instant(fields, "created_at");
      part.updated = instant(fields, "updated_at");
      owner.user.identifiers.push_back(std::move(part));
      owner.identifiers_at.push_back(index);
    }
  }

  void read_addresses() {
    for (const auto& [fields, value, index] : elements(DumpList::kAddresses)) {
      UserEntry& owner = owner_of(fields);
      NewAddress part;
      part.value = fields.required_text("address");
      part.type = fields.text("type");
      if (part.type.empty()) {
        part.type = is_mobile(part.value) ? "mobile" : "email";
      }
      part.verified = fields.flag("verified");
      part.status = fields.text("status");
      part.preferred_contact_method = fields.text("preferred_contact_method");
      part.metadata = fields.object("metadata");
      part.id = fields.text("id");
      part.created = instant(fields, "created_at");
      part.updated = instant(fields, "updated_at");
      part.verified_at = instant(fields, "verified_at");
      owner.user.addresses.push_back(std::move(part));
      owner.addresses_at.push_back(index);
    }
  }

  void read_credentials() {
    for (const auto& [fields, value, index] : elements(DumpList::kCredentials)) {
      UserEntry& owner = owner_of(fields);
      NewCredential part;
      part.id = fields.text("id");
      part.created = instant(fields, "created_at");
      part.updated = instant(fields, "updated_at");
      const Micros expires = instant(fields, "expires_at");
      // Nothing ever expired in 1900: what comes from older systems says "never" by it.
      part.expires = raw(expires) == kYear1900Us ? Micros{} : expires;
      const std::string state = fields.text("state");
      part.must_be_reset = state == "must_be_reset";
      part.must_be_changed = state == "must_be_changed";
      if (!state.empty() && state != "valid" && !part.must_be_reset && !part.must_be_changed) {
        faults_.values.add(
            fields.at("state"), "enum", "must be valid, must_be_reset or must_be_changed");
      }
      part.type = fields.text("type");
      read_secret(fields, value, part);
      owner.user.credentials.push_back(std::move(part));
      owner.credentials_at.push_back(index);
    }
  }

  void read_secret(const Fields& fields, JsonValue value, NewCredential& part) {
    const auto payload = value.find_set("payload");
    if (!payload || !payload->is_object()) {
      faults_.values.add(fields.at("payload"), "required", "must be given and be an object");
      return;
    }
    const Fields secret{*payload, fields.at("payload"), faults_};
    if (part.type.empty()) {
      part.type = secret.has("hashed_password") ? "password"
                  : secret.has("totp_secret")   ? "totp"
                                                : "webauthn";
    }
    if (const auto hash = payload->find_set("hashed_password"); part.type == "password" && hash) {
      auto parsed = parse_password_hash(*hash);
      if (parsed) {
        part.password = *std::move(parsed);
        return;
      }
      for (const Fault& fault : parsed.error().faults) {
        faults_.values.add(secret.at("hashed_password") + fault.pointer, fault.rule, fault.reason);
      }
    } else if (part.type == "totp") {
      part.totp_secret = secret.text("totp_secret");
    } else if (part.type == "webauthn") {
      part.webauthn_credentials = secret.array("credentials");
    }
  }

  void read_members() {
    for (const auto& [fields, value, index] : elements(DumpList::kMembers)) {
      dump_.members.push_back({index,
                               fields.required_text("user_pool_id"),
                               fields.required_text("group_id"),
                               fields.required_text("user_id")});
    }
  }

  /// One-time codes are not kept, so one that still works could not be honoured; those that have
  /// expired say nothing.
  void read_codes() {
    for (const auto& [fields, value, index] : elements(DumpList::kCodes)) {
      const Micros expires = instant(fields, "expires_at");
      if (raw(expires) == 0 || expires > reading_.now) {
        faults_.values.add(
            fields.at("expires_at"), "code_alive", "codes that still work cannot be imported");
      }
    }
  }

  using Key = std::pair<std::string, std::string>;

  const DumpReading& reading_;
  JsonValue document_;
  BodyFaults faults_;
  Fields root_;
  Dump dump_;
  std::map<Key, std::size_t> users_;
  std::multimap<std::string, std::string> pools_of_;  // by user
};

}  // namespace

Result<Dump> read_dump(JsonValue document, const DumpReading& reading) {
  return DumpReader{document, reading}.read();
}

}  // namespace muster
