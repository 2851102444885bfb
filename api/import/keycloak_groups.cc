#include "api/import/keycloak_groups.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "api/import/keycloak_reader.h"
#include "api/import/keycloak_roles.h"
#include "api/import/user_ids.h"

namespace muster {
namespace {

/// Two levels for each of the groups, and what those that are too deep have on top.
constexpr std::size_t kJsonDepthMax = 256;

std::istream& rewound(std::istream& input) {
  input.clear();
  input.seekg(0);
  return input;
}

std::string text_of(JsonValue object, std::string_view name) {
  const auto member = object.find_set(name);
  return std::string{member ? member->text().value_or("") : ""};
}

std::string description_of(JsonValue group) {
  std::string description = text_of(group, "description");
  const auto attributes = group.find_set("attributes");
  const auto values = attributes ? attributes->find_set("description") : std::nullopt;
  if (description.empty() && values && values->is_array() && values->size() > 0) {
    description = (*values->elements().begin()).text().value_or("");
  }
  return description;
}

std::uint64_t attributes_left(JsonValue group) {
  const auto attributes = group.find_set("attributes");
  if (!attributes) {
    return 0;
  }
  const bool described =
      attributes->find_set("description").has_value() && text_of(group, "description").empty();
  return attributes->size() - (described ? 1 : 0);
}

/// A user without the array is in no group.
JsonArrayReader users_of(std::istream& input) {
  return JsonArrayReader{rewound(input), JsonArrayReader::Array{"users", "groups"}};
}

}  // namespace

struct KeycloakGroups::Node {
  JsonValue value;
  std::string parent_id;
  std::string parent_path;
  std::string pointer;
  std::size_t depth = 1;
};

KeycloakGroups KeycloakGroups::read(std::istream& input, const OnRowFailure& refused) {
  KeycloakGroups result;
  JsonArrayReader trees{rewound(input), JsonArrayReader::Array{"groups", "users", kTreeBytesMax}};
  while (auto record = trees.next()) {
    if (const auto* element = std::get_if<JsonArrayElement>(&*record)) {
      result.take_tree(*element, refused);
    } else if (trees.entered()) {
      refused(std::get<RowFailure>(std::move(*record)));
    }
  }
  result.failed_ = trees.failed();
  return result;
}

std::string KeycloakGroups::id_of(const std::string& path) const {
  const auto found = ids_.find(path);
  return found == ids_.end() ? std::string{} : found->second;
}

void KeycloakGroups::take_tree(const JsonArrayElement& element, const OnRowFailure& refused) {
  auto document = parse_json(element.text, JsonLimits{kJsonDepthMax});
  if (!document) {
    refused({.line = element.line, .key = {}, .failure = std::move(document).error()});
    return;
  }
  // Level by level, so that parents come first.
  std::deque<Node> waiting{{document->root(), {}, {}, {}, 1}};
  while (!waiting.empty() && !full_) {
    const Node node = std::move(waiting.front());
    waiting.pop_front();
    ImportedGroup group;
    group.line = element.line;
    if (auto taken = take(node, group); !taken) {
      Failure why = std::move(taken).error();
      why.faults.push_back({node.pointer, why.rule, why.reason});
      refused({.line = element.line, .key = group.source_key, .failure = std::move(why)});
      continue;
    }
    if (const auto below = node.value.find_set("subGroups")) {
      std::size_t index = 0;
      for (const JsonValue child : below->elements()) {
        waiting.push_back({child,
                           group.id,
                           group.source_key,
                           node.pointer + "/subGroups/" + std::to_string(index++),
                           node.depth + 1});
      }
    }
    groups_.push_back(std::move(group));
  }
}

Result<void> KeycloakGroups::take(const Node& node, ImportedGroup& group) {
  if (!node.value.is_object()) {
    return failure(Errc::kInvalid, "type", "a group must be an object");
  }
  group.name = text_of(node.value, "name");
  group.description = description_of(node.value);
  group.parent_id = node.parent_id;
  group.source_key = text_of(node.value, "path");
  if (group.source_key.empty()) {
    group.source_key = node.parent_path + "/" + group.name;
  }
  const std::string given = text_of(node.value, "id");
  group.id = user_id_from_given_id(given.empty() ? group.source_key : given);
  if (group.name.empty()) {
    return failure(Errc::kInvalid, "group_no_name", "a group needs a name");
  }
  if (node.depth > kImportedGroupDepthMax) {
    return failure(Errc::kInvalid, "group_too_deep", "groups lie in each other 32 levels deep");
  }
  if (known_.contains(group.id)) {
    return failure(Errc::kInvalid, "group_twice", "the file has this group already");
  }
  if (groups_.size() == kImportedGroupsMax) {
    full_ = true;
    return failure(Errc::kTooLarge, "too_many_groups", "a file may have 100,000 groups");
  }
  known_.insert(group.id);
  ids_.emplace(group.source_key, group.id);
  left_.roles += read_keycloak_roles(node.value).count;
  left_.group_attributes += attributes_left(node.value);
  return {};
}

KeycloakMembers::KeycloakMembers(std::istream& input, const KeycloakGroups& groups)
    : groups_{groups}, users_{users_of(input)} {}

std::optional<ImportedMember> KeycloakMembers::next() {
  while (waiting_.empty()) {
    const auto record = users_.next();
    if (!record) {
      return std::nullopt;
    }
    if (const auto* element = std::get_if<JsonArrayElement>(&*record)) {
      take_user(*element);
    }
  }
  ImportedMember member = std::move(waiting_.back());
  waiting_.pop_back();
  return member;
}

void KeycloakMembers::take_user(const JsonArrayElement& element) {
  const auto document = parse_json(element.text);
  if (!document) {
    return;
  }
  std::vector<Fault> faults;  // the reader of users tells of them
  ObjectReader row{document->root(), "", faults};
  const auto paths = document->root().find_set("groups");
  if (!paths || is_service_account(row)) {
    return;
  }
  const KeycloakUserKey key = keycloak_user_key(row);
  for (const JsonValue path : paths->elements()) {
    ImportedMember member;
    member.group_id = groups_.id_of(std::string{path.text().value_or("")});
    member.user_id = key.id;
    member.source_key = key.source_key;
    member.line = element.line;
    member.pointer = "/groups/" + std::to_string(waiting_.size());
    waiting_.push_back(std::move(member));
  }
  std::ranges::reverse(waiting_);
}

}  // namespace muster
