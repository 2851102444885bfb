#include "tests/api/directory/scenario.h"

namespace muster::test {

// A scene reads best on few lines.
// clang-format off

std::vector<Scene> group_scenes() {
  constexpr std::string_view kGroups = "/pools/{p}/groups";
  constexpr std::string_view kStaff = "/pools/{p}/groups/staff";
  constexpr std::string_view kLost = "/pools/{p}/groups/nowhere";
  constexpr std::string_view kBody = R"({"user_pool_id":"{p}","id":"staff","name":"Staff"})";
  return {
      {"createGroup", 201, "a group is created", Method::kPost, kGroups, kBody},
      {"createGroup", 201, "a group is created below another", Method::kPost, kGroups,
       R"({"user_pool_id":"{p}","id":"nurses","name":"Nurses","parent_id":"staff"})"},
      {"createGroup", 400, "a member has the wrong type", Method::kPost, kGroups, R"({"name":7})"},
      {"createGroup", 404, "there is no such pool", Method::kPost, "/pools/nowhere/groups", kBody},
      {"createGroup", 409, "its id is taken", Method::kPost, kGroups, kBody},
      {"createGroup", 422, "there is no such parent", Method::kPost, kGroups,
       R"({"name":"Lost","parent_id":"nowhere"})"},
      {"listGroups", 200, "groups are listed", Method::kGet, kGroups},
      {"listGroups", 400, "the query is no JSON", Method::kGet, "/pools/{p}/groups?query=x"},
      {"listGroups", 422, "there is no such parent", Method::kGet,
       "/pools/{p}/groups?parent_id=nowhere"},
      {"getGroup", 200, "a group is read", Method::kGet, kStaff},
      {"getGroup", 404, "there is no such group", Method::kGet, kLost},
      {"updateGroup", 200, "a group is replaced", Method::kPut, kStaff,
       R"({"user_pool_id":"{p}","name":"Staff","description":"All of them"})"},
      {"updateGroup", 400, "the body is no JSON", Method::kPut, kStaff, "{"},
      {"updateGroup", 404, "there is no such group", Method::kPut, kLost, R"({"name":"Lost"})"},
      {"createGroup", 201, "a second group is created at the top", Method::kPost, kGroups,
       R"({"id":"guests","name":"Guests"})"},
      {"updateGroup", 409, "a sibling has the name", Method::kPut, kStaff, R"({"name":"Guests"})"},
      {"updateGroup", 422, "a group cannot be below itself", Method::kPut, kStaff,
       R"({"name":"Staff","parent_id":"nurses"})"},
      {"addUserToGroup", 204, "a user joins a group", Method::kPut,
       "/pools/{p}/groups/nurses/users/bob"},
      {"addUserToGroup", 204, "joining again changes nothing", Method::kPut,
       "/pools/{p}/groups/nurses/users/bob"},
      {"addUserToGroup", 404, "there is no such user", Method::kPut,
       "/pools/{p}/groups/nurses/users/nobody"},
      {"listUsersInGroup", 200, "members are listed", Method::kGet,
       "/pools/{p}/groups/staff/users?with_nested_groups=true"},
      {"listUsersInGroup", 400, "the limit is too high", Method::kGet,
       "/pools/{p}/groups/staff/users?limit=101"},
      {"listUsersInGroup", 404, "there is no such group", Method::kGet,
       "/pools/{p}/groups/nowhere/users"},
      {"listUserGroups", 200, "groups of a user are listed", Method::kGet,
       "/pools/{p}/users/bob/groups?with_parent_groups=true"},
      {"listUserGroups", 400, "the flag is neither true nor false", Method::kGet,
       "/pools/{p}/users/bob/groups?with_parent_groups=1"},
      {"listUserGroups", 404, "there is no such user", Method::kGet,
       "/pools/{p}/users/nobody/groups"},
      {"isUserInGroup", 204, "a user is in a group below", Method::kGet,
       "/pools/{p}/users/bob/groups/staff?with_nested_groups=true"},
      {"isUserInGroup", 404, "a user is no direct member", Method::kGet,
       "/pools/{p}/users/bob/groups/staff"},
      {"removeUserFromGroup", 204, "a user leaves a group", Method::kDelete,
       "/pools/{p}/groups/nurses/users/bob"},
      {"removeUserFromGroup", 404, "the user is not in it", Method::kDelete,
       "/pools/{p}/groups/nurses/users/bob"},
      {"deleteGroup", 204, "a group is deleted", Method::kDelete, kStaff},
      {"deleteGroup", 404, "it went with the group above", Method::kDelete,
       "/pools/{p}/groups/nurses"},
  };
}

// clang-format on

}  // namespace muster::test
