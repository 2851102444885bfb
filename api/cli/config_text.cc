#include "api/cli/config_text.h"

#include <algorithm>
#include <map>
#include <span>

#include "engine/core/json_writer.h"
#include "engine/pools/pool_commands.h"
#include "projections/dump_documents.h"

namespace muster {
namespace {

/// As many users as the API's guide advises for one request.
constexpr std::size_t kUsersPerRequest = 100;
constexpr std::size_t kMembersPerRequest = 2000;

struct ConfigList {
  std::string_view name;
  bool structure;  // else it is about users
};

constexpr std::array<ConfigList, 10> kLists{{{"workspaces", true},
                                             {"pools", true},
                                             {"schemas", true},
                                             {"users", false},
                                             {"user_identifiers", false},
                                             {"user_verifiable_addresses", false},
                                             {"user_credentials", false},
                                             {"codes", false},
                                             {"groups", true},
                                             {"group_members", false}}};

std::string text_of(JsonValue entry, std::string_view name) {
  const auto member = entry.find_set(name);
  return std::string{member ? member->text().value_or(std::string_view{}) : std::string_view{}};
}

std::string id_of(JsonValue entry) {
  std::string id;
  for (const std::string_view name : {"user_pool_id", "group_id", "user_id", "id"}) {
    const std::string part = text_of(entry, name);
    if (!part.empty()) {
      id += (id.empty() ? "" : "/") + part;
    }
  }
  return id;
}

using Entries = std::multimap<std::string, JsonValue>;

Entries entries_of(JsonValue document, std::string_view list) {
  Entries entries;
  if (const auto array = document.find_set(list)) {
    for (const JsonValue entry : array->elements()) {
      entries.emplace(id_of(entry), entry);
    }
  }
  return entries;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as a document that was parsed.
void append_pretty(std::string& out, JsonValue value, std::size_t indent) {
  if (value.size() == 0) {
    append_minified(out, value);
    return;
  }
  const std::string line = "\n" + std::string(indent + 2, ' ');
  const char* comma = "";
  out.push_back(value.is_array() ? '[' : '{');
  for (const JsonValue element : value.elements()) {
    out.append(std::exchange(comma, ",")).append(line);
    append_pretty(out, element, indent + 2);
  }
  for (const auto& [name, member] : value.members()) {
    out.append(std::exchange(comma, ",")).append(line);
    append_json_string(out, name);
    out.append(": ");
    append_pretty(out, member, indent + 2);
  }
  out.append("\n").append(indent, ' ').push_back(value.is_array() ? ']' : '}');
}

bool counts(const ConfigList& list, ConfigExtent extent) {
  return list.structure || extent == ConfigExtent::kEverything;
}

/// What an import fills in when the file does not say it.
constexpr std::array<std::string_view, 10> kFilledIn{"tenant_id",
                                                     "created_at",
                                                     "updated_at",
                                                     "status_updated_at",
                                                     "payload_schema_id",
                                                     "metadata_schema_id",
                                                     "business_metadata_schema_id",
                                                     "connected_workspaces",
                                                     "identifier_lc",
                                                     "address_lc"};

/// What an import takes for granted when the file does not say it.
bool is_default(JsonValue entry, std::string_view name, JsonValue value) {
  if (name == "system") {
    return !value.flag().value_or(true);
  }
  if (name == "status") {
    return value.text() == "active";
  }
  return name == "path" && value.text() == text_of(entry, "id");
}

/// A pool as an export shows it once the file's entry is imported: a pool has many settings, and a
/// file names those that matter to it. Nothing when the entry is no pool.
std::optional<JsonDocument> imported_pool(JsonValue entry, JsonValue stored) {
  auto body = read_pool(entry, PoolOptions{});
  if (!body) {
    return std::nullopt;
  }
  PoolState pool;
  pool.id = std::move(body->id);
  pool.name = std::move(body->name);
  pool.workspace = std::move(body->workspace_id);
  pool.payload_schema_id = std::move(body->payload_schema_id);
  pool.metadata_schema_id = std::move(body->metadata_schema_id);
  pool.business_metadata_schema_id = std::move(body->business_metadata_schema_id);
  pool.identifier_case_insensitive = body->identifier_case_insensitive;
  pool.settings = body->settings.to_json();
  if (const auto connected = entry.find_set("connected_workspaces")) {
    for (const JsonValue id : connected->elements()) {
      pool.connected.emplace_back(id.text().value_or(std::string_view{}));
    }
  }
  std::string text;
  const std::string tenant = text_of(entry, "tenant_id");
  append_dumped_pool(text, tenant.empty() ? text_of(stored, "tenant_id") : tenant, pool);
  auto document = parse_json(text);
  return document ? std::optional{*std::move(document)} : std::nullopt;
}

/// Names of members in which the server's entry and the file's differ. `right_is_whole`: with
/// settings that a server of another version may not know.
std::string differing(JsonValue left, JsonValue right, bool right_is_whole) {
  std::string names;
  const auto add = [&](std::string_view name) {
    names += (names.empty() ? "" : " ") + std::string{name};
  };
  for (const auto& [name, value] : left.members()) {
    const auto other = right.find(name);
    const bool filled_in = !other && (std::ranges::find(kFilledIn, name) != kFilledIn.end() ||
                                      is_default(left, name, value));
    if (!filled_in && (!other || !json_equal(value, *other))) {
      add(name);
    }
  }
  for (const auto& [name, value] : right.members()) {
    if (!right_is_whole && !left.find(name)) {
      add(name);
    }
  }
  return names;
}

/// One request: its arrays, entries minified.
class Request {
 public:
  void add(std::string_view list, JsonValue entry) {
    std::string& array = arrays_[list];
    array += array.empty() ? "" : ",";
    append_minified(array, entry);
  }

  [[nodiscard]] std::string body() const {
    std::string out = "{";
    for (const auto& [list, entries] : arrays_) {
      out += out.size() > 1 ? "," : "";
      append_json_string(out, list);
      out += ":[" + entries + "]";
    }
    return out + "}";
  }

  [[nodiscard]] bool empty() const { return arrays_.empty(); }

 private:
  std::map<std::string_view, std::string> arrays_;
};

/// What a user has, by pool and id.
using Belongings = std::map<std::string, std::vector<std::pair<std::string_view, JsonValue>>>;

std::string person(JsonValue entry, std::string_view id) {
  return text_of(entry, "user_pool_id") + "/" + text_of(entry, id);
}

Belongings belongings_of(JsonValue file) {
  Belongings all;
  for (const std::string_view list :
       {"user_identifiers", "user_verifiable_addresses", "user_credentials"}) {
    for (const auto& [id, entry] : entries_of(file, list)) {
      all[person(entry, "user_id")].emplace_back(list, entry);
    }
  }
  for (const auto& [id, entry] : entries_of(file, "users")) {
    all[person(entry, "id")].emplace_back("users", entry);
  }
  return all;
}

}  // namespace

std::string config_text(JsonValue document, ConfigExtent extent) {
  std::string out = "{";
  for (const ConfigList& list : kLists) {
    if (!counts(list, extent)) {
      continue;
    }
    out += out.size() > 1 ? "," : "";
    out += "\n  \"" + std::string{list.name} + "\": [";
    const char* comma = "";
    for (const auto& [id, entry] : entries_of(document, list.name)) {
      out.append(std::exchange(comma, ",")).append("\n    ");
      append_pretty(out, entry, 4);
    }
    out += *comma == '\0' ? "]" : "\n  ]";
  }
  return out + "\n}\n";
}

Result<void> check_config(JsonValue document) {
  Faults faults;
  for (const auto& [name, value] : document.members()) {
    const bool known = std::ranges::find(kLists, name, &ConfigList::name) != kLists.end();
    if (!known || !value.is_array()) {
      faults.add("/" + std::string{name},
                 "unknown_list",
                 known ? "must be an array" : "is no array of a configuration");
    }
  }
  return faults.done("unknown_list");
}

std::vector<ConfigChange> config_changes(JsonValue server, JsonValue file, ConfigExtent extent) {
  std::vector<ConfigChange> changes;
  for (const ConfigList& list : kLists) {
    if (!counts(list, extent)) {
      continue;
    }
    const Entries there = entries_of(server, list.name);
    const Entries wanted = entries_of(file, list.name);
    for (const auto& [id, entry] : wanted) {
      const auto present = there.find(id);
      if (present == there.end()) {
        changes.push_back({"add", list.name, id, {}});
        continue;
      }
      const JsonValue stored = present->second;
      const auto pool = list.name == "pools" ? imported_pool(entry, stored) : std::nullopt;
      std::string members = differing(stored, pool ? pool->root() : entry, pool.has_value());
      if (!members.empty()) {
        changes.push_back({"change", list.name, id, std::move(members)});
      }
    }
    for (const auto& [id, entry] : there) {
      if (!wanted.contains(id)) {
        changes.push_back({"keep", list.name, id, {}});
      }
    }
  }
  return changes;
}

std::vector<std::string> config_requests(JsonValue file, ConfigExtent extent) {
  std::vector<Request> requests(1);
  for (const ConfigList& list : kLists) {
    for (const auto& [id, entry] : entries_of(file, list.name)) {
      if (list.structure || (extent == ConfigExtent::kEverything && list.name == "codes")) {
        requests.front().add(list.name, entry);
      }
    }
  }
  if (extent == ConfigExtent::kEverything) {
    std::size_t users = kUsersPerRequest;
    for (const auto& [id, parts] : belongings_of(file)) {
      if (users++ == kUsersPerRequest) {
        requests.emplace_back();
        users = 1;
      }
      for (const auto& [list, entry] : parts) {
        requests.back().add(list, entry);
      }
    }
    std::size_t members = kMembersPerRequest;
    for (const auto& [id, entry] : entries_of(file, "group_members")) {
      if (members++ == kMembersPerRequest) {
        requests.emplace_back();
        members = 1;
      }
      requests.back().add("group_members", entry);
    }
  }
  std::vector<std::string> bodies;
  for (const Request& request : requests) {
    if (!request.empty()) {
      bodies.push_back(request.body());
    }
  }
  return bodies;
}

}  // namespace muster
