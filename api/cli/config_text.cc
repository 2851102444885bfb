#include "api/cli/config_text.h"

#include <algorithm>
#include <map>
#include <span>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// As many users as the API's guide advises for one request.
constexpr std::size_t kUsersPerRequest = 100;
constexpr std::size_t kMembersPerRequest = 2000;

struct ConfigList {
  std::string_view name;
  bool structure;  // else it is about users
};

constexpr std::array<ConfigList, 9> kLists{{{"pools", true},
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
constexpr std::array<std::string_view, 6> kFilledIn{"tenant_id",
                                                    "created_at",
                                                    "updated_at",
                                                    "status_updated_at",
                                                    "identifier_lc",
                                                    "address_lc"};

/// Names of members in which the server's entry and the file's differ.
std::string differing(JsonValue left, JsonValue right) {
  std::string names;
  const auto add = [&](std::string_view name) {
    names += (names.empty() ? "" : " ") + std::string{name};
  };
  for (const auto& [name, value] : left.members()) {
    const auto other = right.find(name);
    const bool filled_in = !other && std::ranges::find(kFilledIn, name) != kFilledIn.end();
    if (!filled_in && (!other || !json_equal(value, *other))) {
      add(name);
    }
  }
  for (const auto& [name, value] : right.members()) {
    if (!left.find(name)) {
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
      } else if (std::string members = differing(present->second, entry); !members.empty()) {
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
