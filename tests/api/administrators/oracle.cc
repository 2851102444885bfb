#include "tests/api/administrators/oracle.h"

#include <algorithm>
#include <cctype>

namespace muster::administrators {
namespace {

/// Fails when `key` is there already.
bool only(std::set<std::string>& seen, const std::string& key) {
  return seen.insert(key).second;
}

/// Of one user the same key twice is no clash: an address may be verified and be an identifier.
bool is_consistent(const Pool& pool) {
  std::set<std::string> identifiers;
  std::set<std::string> addresses;
  std::set<std::string> names;
  bool good = true;
  for (const auto& [id, user] : pool.users) {
    for (const Tree& one : user.identifiers) {
      good = only(identifiers, folded(pool, one.text_of("identifier"))) && good;
    }
    for (const Tree& one : user.addresses) {
      if (one.flag_of("verified")) {
        good = only(addresses, folded(pool, one.text_of("address"))) && good;
      }
    }
  }
  for (const auto& [id, group] : pool.groups) {
    good = only(names, group.parent + "/" + group.name) && good;
  }
  return good;
}

Tree of_type(std::string_view type) {
  return Tree::object().set("type", type);
}

}  // namespace

std::string client_id(std::size_t actor) {
  return "limited" + std::to_string(actor);
}

Oracle::Oracle() {
  for (const char* id : {"admin", "default", "system"}) {
    world_.workspaces[id] = {id, "", Tree::array()};
  }
  Tree names = Tree::object();
  Tree required = Tree::array();
  for (const auto& [name, description] : {std::pair{"given_name", "First name"},
                                          {"family_name", "Last name"},
                                          {"name", "Full name"}}) {
    names.set(name,
              of_type("string").set("minLength", Tree::number(1)).set("description", description));
    required.add(Tree::text(name));
  }
  world_.schemas["default_payload"] = {
      "user_v0",
      "Default schema of user payloads",
      of_type("object").set("properties", names).set("required", required),
      true};
  world_.schemas["default_metadata"] = {
      "metadata_v0", "Default schema of user metadata", of_type("object"), true};
}

Verdict Oracle::judge(const Intent& intent) const {
  Verdict verdict;
  verdict.after = world_;
  World& world = verdict.after;
  int status = access(world, intent);
  if (status == 0) {
    if (intent.deed == Deed::kImport) {
      status = apply_import(world, intent, verdict);
    } else if (intent.deed >= Deed::kCreateClient) {
      status = apply_to_clients(world, intent);
    } else if (intent.deed == Deed::kReplaceUserRoles) {
      status = apply_to_user_roles(world, intent);
    } else if (intent.deed == Deed::kSetPasswordState || intent.deed == Deed::kVerifyPassword) {
      status = apply_to_passwords(world, intent, verdict);
    } else if (intent.deed >= Deed::kCreateGroup && intent.deed <= Deed::kLeave) {
      status = apply_to_groups(world, intent, verdict);
    } else if (intent.deed >= Deed::kCreateUser && intent.deed <= Deed::kSetMetadata) {
      status = apply_to_users(world, intent, verdict);
    } else {
      status = apply_to_structure(world, intent, verdict);
    }
  }
  if (status < 300 && !is_consistent(world)) {
    status = 409;
  }
  if (status >= 300) {
    world = world_;
  }
  verdict.status = status;
  return verdict;
}

std::string folded(const Pool& pool, const std::string& value) {
  std::string lower = value;
  if (pool.ignores_case) {
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  }
  return lower;
}

bool is_good_schema(const Tree& schema) {
  const std::set<std::string> types{"object", "string", "integer"};
  const std::set<std::string> known{
      "type", "properties", "required", "maximum", "minLength", "description"};
  return std::ranges::all_of(schema.members, [&](const auto& member) {
    return known.contains(member.first) &&
           (member.first != "type" || types.contains(member.second.plain()));
  });
}

bool fits(const World& world, const std::string& schema, const Tree& value) {
  const auto found = world.schemas.find(schema);
  if (found == world.schemas.end()) {
    return true;  // there is nothing to break
  }
  const Tree& rules = found->second.schema;
  if (const Tree* required = rules.find("required")) {
    for (const Tree& name : required->elements) {
      if (!value.has(name.plain())) {
        return false;
      }
    }
  }
  const Tree* properties = rules.find("properties");
  for (const auto& [name, rule] :
       properties == nullptr ? Tree::object().members : properties->members) {
    const Tree* member = value.find(name);
    if (member == nullptr) {
      continue;
    }
    const bool is_string = rule.text_of("type") == "string";
    if (is_string != member->is_text() ||
        (is_string && rule.has("minLength") && member->plain().empty())) {
      return false;
    }
    if (!is_string && (member->form != Tree::Form::kLeaf ||
                       (rule.has("maximum") &&
                        std::stol(member->leaf) > std::stol(rule.find("maximum")->leaf)))) {
      return false;
    }
  }
  return true;
}

bool is_consistent(const World& world) {
  std::set<std::string> schemas;
  std::set<std::string> pools;
  bool good = true;
  for (const auto& [id, schema] : world.schemas) {
    good = only(schemas, schema.name) && good;
  }
  for (const auto& [id, pool] : world.pools) {
    good = only(pools, pool.name) && is_consistent(pool) && good;
  }
  return good;
}

}  // namespace muster::administrators
