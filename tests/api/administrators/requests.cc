#include "tests/api/administrators/requests.h"

#include <algorithm>
#include <set>

namespace muster::administrators {
namespace {

/// How a deed is asked for. Of paths that begin with `m` the root is Muster's own.
struct Line {
  Method method;
  std::string_view path;
};

Line line_of(Deed deed) {
  switch (deed) {
    case Deed::kCreateWorkspace:
      return {Method::kPost, "m/workspaces"};
    case Deed::kCreateOrganization:
      return {Method::kPost, "m/workspaces/{w}/organizations"};
    case Deed::kReplaceWorkspace:
      return {Method::kPut, "m/workspaces/{w}"};
    case Deed::kDeleteWorkspace:
      return {Method::kDelete, "m/workspaces/{w}"};
    case Deed::kConnect:
      return {Method::kPut, "m/workspaces/{w}/pools/{p}"};
    case Deed::kDisconnect:
      return {Method::kDelete, "m/workspaces/{w}/pools/{p}"};
    case Deed::kCreatePool:
      return {Method::kPost, "/pools"};
    case Deed::kCreateWorkspacePool:
      return {Method::kPost, "/workspace/{w}/pools"};
    case Deed::kReplacePool:
      return {Method::kPut, "/pools/{p}"};
    case Deed::kDeletePool:
      return {Method::kDelete, "/pools/{p}"};
    case Deed::kDeleteWorkspacePool:
      return {Method::kDelete, "/workspace/{w}/pools/{p}"};
    case Deed::kCreateSchema:
      return {Method::kPost, "/schemas"};
    case Deed::kReplaceSchema:
      return {Method::kPut, "/schemas/{s}"};
    case Deed::kDeleteSchema:
      return {Method::kDelete, "/schemas/{s}"};
    case Deed::kCreateUser:
      return {Method::kPost, "/pools/{p}/users"};
    case Deed::kReplaceUser:
      return {Method::kPut, "/pools/{p}/users/{u}"};
    case Deed::kPatchUser:
      return {Method::kPatch, "/pools/{p}/users/{u}"};
    case Deed::kDeleteUser:
      return {Method::kDelete, "/pools/{p}/users/{u}"};
    case Deed::kAddIdentifier:
      return {Method::kPost, "/pools/{p}/users/{u}/identifiers/add"};
    case Deed::kRemoveIdentifier:
      return {Method::kPost, "/pools/{p}/users/{u}/identifiers/remove"};
    case Deed::kAddAddress:
      return {Method::kPost, "/pools/{p}/users/{u}/addresses/add"};
    case Deed::kUpdateAddress:
      return {Method::kPost, "/pools/{p}/users/{u}/addresses/update"};
    case Deed::kRemoveAddress:
      return {Method::kPost, "/pools/{p}/users/{u}/addresses/remove"};
    case Deed::kSetMetadata:
      return {Method::kPut, "/pools/{p}/users/{u}/metadata/{t}"};
    case Deed::kCreateGroup:
      return {Method::kPost, "/pools/{p}/groups"};
    case Deed::kReplaceGroup:
      return {Method::kPut, "/pools/{p}/groups/{g}"};
    case Deed::kDeleteGroup:
      return {Method::kDelete, "/pools/{p}/groups/{g}"};
    case Deed::kJoin:
      return {Method::kPut, "/pools/{p}/groups/{g}/users/{u}"};
    case Deed::kLeave:
      return {Method::kDelete, "/pools/{p}/groups/{g}/users/{u}"};
    case Deed::kReplaceRoles:
      return {Method::kPut, "m/clients/{c}/roles"};
    case Deed::kSetPasswordState:
      return {Method::kPut, "/pools/{p}/users/{u}/password/state"};
    case Deed::kVerifyPassword:
      return {Method::kPost, "/pools/{p}/user/password/v2/verify"};
    case Deed::kReplaceUserRoles:
      return {Method::kPut, "m/pools/{p}/users/{u}/roles"};
    case Deed::kCreateClient:
      return {Method::kPost, "m/clients"};
    case Deed::kDeleteClient:
      return {Method::kDelete, "m/clients/{c}"};
    case Deed::kRotateSecret:
      return {Method::kPost, "m/clients/{c}/secret"};
    case Deed::kImport:
      break;
  }
  return {Method::kPut, {}};
}

std::string filled(std::string_view path, const Intent& intent) {
  std::string target;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '{') {
      target.push_back(path[i]);
      continue;
    }
    switch (path[i + 1]) {
      case 'w':
        target += intent.workspace;
        break;
      case 'p':
        target += intent.pool;
        break;
      case 's':
        target += intent.schema;
        break;
      case 'u':
        target += intent.user;
        break;
      case 'g':
        target += intent.group;
        break;
      case 'c':
        target += intent.client;
        break;
      default:
        target += intent.metadata_type;
    }
    i += 2;
  }
  return target;
}

}  // namespace

Method method_of(const Intent& intent) {
  return line_of(intent.deed).method;
}

std::string target_of(const Intent& intent) {
  const std::string_view path = line_of(intent.deed).path;
  if (path.empty()) {
    return std::string{kConfiguration};
  }
  if (path.front() == 'm') {
    return std::string{kMusterRoot} + filled(path.substr(1), intent);
  }
  const std::string root = intent.door == Door::kSystem ? std::string{kSystemRoot}
                           : intent.door == Door::kB2b  ? std::string{kAdminRoot} + "/b2b"
                                                        : std::string{kAdminRoot};
  return root + filled(path, intent) + (intent.with_idp ? "?with_idp=true" : "");
}

std::string resource_of(const Intent& intent) {
  const std::string admin{kAdminRoot};
  const std::string muster{kMusterRoot};
  const std::string made = intent.body.text_of("id");
  const std::string pool = admin + "/pools/" + intent.pool;
  const Deed deed = intent.deed;
  if (deed == Deed::kCreateWorkspace || deed == Deed::kCreateOrganization) {
    return muster + "/workspaces/" + made;
  }
  if (deed == Deed::kReplaceWorkspace || deed == Deed::kDeleteWorkspace) {
    return muster + "/workspaces/" + intent.workspace;
  }
  if (deed == Deed::kCreatePool || deed == Deed::kCreateWorkspacePool) {
    return admin + "/pools/" + made;
  }
  if (deed == Deed::kConnect || deed == Deed::kDisconnect || deed == Deed::kReplacePool ||
      deed == Deed::kDeletePool || deed == Deed::kDeleteWorkspacePool) {
    return pool;
  }
  if (deed == Deed::kCreateSchema) {
    return admin + "/schemas/" + made;
  }
  if (deed == Deed::kReplaceSchema || deed == Deed::kDeleteSchema) {
    return admin + "/schemas/" + intent.schema;
  }
  if (deed == Deed::kCreateUser) {
    return pool + "/users/" + made;
  }
  if (deed == Deed::kCreateGroup) {
    return pool + "/groups/" + made;
  }
  if (deed == Deed::kReplaceGroup || deed == Deed::kDeleteGroup) {
    return pool + "/groups/" + intent.group;
  }
  if (deed == Deed::kCreateClient) {
    return muster + "/clients/" + made;
  }
  if (deed == Deed::kReplaceRoles || deed == Deed::kDeleteClient || deed == Deed::kRotateSecret) {
    return muster + "/clients/" + intent.client;
  }
  if (deed == Deed::kImport) {
    return {};
  }
  return pool + "/users/" + intent.user;
}

bool is_shown_permit(std::string_view permit) {
  static const std::set<std::string_view> kElsewhere{"create_identity_pools",
                                                     "connect_identity_pools",
                                                     "read_workspace",
                                                     "manage_workspace",
                                                     "read_schemas",
                                                     "manage_roles"};
  return !kElsewhere.contains(permit);
}

Tree sorted(Tree list) {
  std::ranges::sort(list.elements, {}, &Tree::render);
  return list;
}

std::string describe(const Intent& intent) {
  constexpr std::string_view kNames[] = {"", " If-Match: the current", " If-Match: an old one"};
  std::string text = intent.actor == 0 ? "" : "limited" + std::to_string(intent.actor) + ": ";
  text += std::string{name_of(method_of(intent))} + " " + target_of(intent);
  text += kNames[static_cast<std::size_t>(intent.condition)];
  return intent.body.is_null() ? text : text + " " + intent.body.render();
}

}  // namespace muster::administrators
