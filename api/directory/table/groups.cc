#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/table/table.h"

namespace muster {
namespace {

constexpr Unsent kNoBody{400, "the request has neither body nor query parameters"};
constexpr Unsent kRepeatable{409, "adding a member twice is no conflict (N-19)"};
constexpr Unsent kNothingWrong{422, "what can be understood is either there or not"};

Common of_group(std::string_view id,
                Method method,
                std::string_view path,
                OperationHandler handler,
                Answer answer,
                std::vector<int> statuses,
                std::vector<Unsent> unsent = {}) {
  const Permission permission =
      method == Method::kGet ? Permission::kReadGroups : Permission::kManageGroups;
  return {
      id, id, method, path, handler, answer, permission, std::move(statuses), std::move(unsent)};
}

}  // namespace

std::vector<Common> group_operations() {
  constexpr std::string_view kGroups = "/pools/{ipID}/groups";
  constexpr std::string_view kGroup = "/pools/{ipID}/groups/{groupID}";
  constexpr std::string_view kMembers = "/pools/{ipID}/groups/{groupID}/users";
  constexpr std::string_view kMember = "/pools/{ipID}/groups/{groupID}/users/{userID}";
  constexpr std::string_view kGroupsOfUser = "/pools/{ipID}/users/{userID}/groups";
  constexpr std::string_view kGroupOfUser = "/pools/{ipID}/users/{userID}/groups/{groupID}";
  const std::vector<int> reads{200, 400, 401, 403, 404, 422, 429};
  const std::vector<int> changes{204, 400, 401, 403, 404, 409, 422, 429};
  return {
      of_group("listGroups", Method::kGet, kGroups, list_groups, nullptr, reads),
      of_group("createGroup",
               Method::kPost,
               kGroups,
               create_group,
               answer_new_group,
               {201, 400, 401, 403, 404, 409, 422, 429}),
      of_group("getGroup", Method::kGet, kGroup, get_group, nullptr, {200, 401, 403, 404, 429}),
      of_group("updateGroup",
               Method::kPut,
               kGroup,
               update_group,
               answer_group,
               {200, 400, 401, 403, 404, 409, 422, 429}),
      of_group("deleteGroup",
               Method::kDelete,
               kGroup,
               delete_group,
               answer_empty,
               {204, 401, 403, 404, 429}),
      of_group("listUsersInGroup", Method::kGet, kMembers, list_group_users, nullptr, reads),
      of_group("addUserToGroup",
               Method::kPut,
               kMember,
               add_group_user,
               answer_empty,
               changes,
               {kNoBody, kRepeatable}),
      of_group("removeUserFromGroup",
               Method::kDelete,
               kMember,
               remove_group_user,
               answer_empty,
               changes,
               {kNoBody, kRepeatable, kNothingWrong}),
      of_group("listUserGroups",
               Method::kGet,
               kGroupsOfUser,
               list_user_groups,
               nullptr,
               reads,
               {kNothingWrong}),
      of_group("isUserInGroup",
               Method::kGet,
               kGroupOfUser,
               is_user_in_group,
               nullptr,
               {204, 401, 403, 404, 429}),
  };
}

}  // namespace muster
