#include "api/import/keycloak_roles.h"

#include <set>

#include "api/import/json_parts.h"

namespace muster {
namespace {

/// A JSON array of the names; empty without any.
std::string names_in(JsonValue array, std::uint64_t& count) {
  std::set<std::string> names;
  for (const JsonValue element : array.elements()) {
    if (const auto name = element.text(); name && !name->empty()) {
      names.emplace(*name);
    }
  }
  count += names.size();
  std::string json;
  for (const std::string& name : names) {
    json += (json.empty() ? "[" : ",") + json_string(name);
  }
  return json.empty() ? json : json + "]";
}

}  // namespace

KeycloakRoles read_keycloak_roles(JsonValue owner) {
  KeycloakRoles roles;
  JsonMemberTexts members;
  if (const auto realm = owner.find_set("realmRoles")) {
    if (std::string names = names_in(*realm, roles.count); !names.empty()) {
      members["realmRoles"] = std::move(names);
    }
  }
  if (const auto clients = owner.find_set("clientRoles")) {
    JsonMemberTexts of_clients;
    for (const auto& [client, list] : clients->members()) {
      if (std::string names = names_in(list, roles.count); !names.empty()) {
        of_clients[std::string{client}] = std::move(names);
      }
    }
    if (!of_clients.empty()) {
      members["clientRoles"] = json_object(of_clients);
    }
  }
  roles.json = json_object(members);
  return roles;
}

}  // namespace muster
