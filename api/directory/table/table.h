/// THE table of operations, in parts: one file for each kind of thing that they are about.
#pragma once

#include <string_view>
#include <vector>

#include "api/directory/operation.h"

namespace muster {

/// An operation that the admin and the system family have alike.
struct Common {
  std::string_view admin_id;
  std::string_view system_id;  // empty: the admin family alone has it
  Method method;
  std::string_view path;
  OperationHandler handler;
  Answer answer;  // of writes, else null
  std::optional<Permission> permission;
  std::vector<int> statuses;
  std::vector<Unsent> unsent;
};

std::vector<Common> pool_operations();
std::vector<Common> schema_operations();
std::vector<Common> user_operations();
/// Of identifiers and addresses of users.
std::vector<Common> part_operations();
/// Of groups and their members.
std::vector<Common> group_operations();

/// Of pools and schemas in a workspace.
std::vector<Common> workspace_operations();
/// Permissions and metadata.
std::vector<Common> delegated_operations();
/// Users as delegated administrators see them.
std::vector<Common> b2b_operations();

/// Appends what only one family has.
void add_password_operations(std::vector<Operation>& table);
void add_configuration_operations(std::vector<Operation>& table);

inline constexpr std::string_view kAdminRoot = "/api/identity/{tid}/admin";
inline constexpr std::string_view kSystemRoot = "/api/identity/{tid}/system";

inline constexpr Unsent kNoCondition{
    412,
    "the path names no resource that If-Match could be about (N-04)"};

}  // namespace muster
