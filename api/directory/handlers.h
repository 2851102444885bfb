/// The handlers behind the table in operations.cc; see OperationHandler and Answer.
#pragma once

#include "api/directory/operation.h"
#include "engine/users/commands.h"

namespace muster {

// pools.cc
Result<Step> list_pools(const Context& context);
Result<Step> create_pool(const Context& context);
Result<Step> get_pool(const Context& context);
Result<Step> update_pool(const Context& context);
Result<Step> delete_pool(const Context& context);
Result<Response> answer_pool(const Context& context, const Accepted& accepted);
Result<Response> answer_new_pool(const Context& context, const Accepted& accepted);

// schemas.cc
Result<Step> list_schemas(const Context& context);
Result<Step> create_schema(const Context& context);
Result<Step> get_schema(const Context& context);
Result<Step> update_schema(const Context& context);
Result<Step> delete_schema(const Context& context);
Result<Response> answer_schema(const Context& context, const Accepted& accepted);
Result<Response> answer_new_schema(const Context& context, const Accepted& accepted);

// users.cc
Result<Step> list_users(const Context& context);
Result<Step> create_user(const Context& context);
/// Whether a user to be created may have a password: seldom wrong, and then only towards true.
bool may_have_password(const Request& request);
Result<Step> get_user(const Context& context);
Result<Step> get_user_by_key(const Context& context);
Result<Step> update_user(const Context& context);
/// The user {userID} becomes what `changes` say.
Result<Step> replace_user(const Context& context, ReplaceUser changes);
Result<Step> patch_user(const Context& context);
Result<Step> delete_user(const Context& context);
Result<Step> list_users_b2b(const Context& context);
Result<Step> create_b2b_user(const Context& context);
Result<Step> get_b2b_user(const Context& context);
Result<Step> update_b2b_user(const Context& context);

// user_metadata.cc
Result<Step> get_user_metadata(const Context& context);
Result<Step> set_user_metadata(const Context& context);
Result<Response> answer_user_metadata(const Context& context, const Accepted& accepted);

// permissions.cc
Result<Step> check_pool_permissions(const Context& context);

// workspace_pools.cc
Result<Step> list_workspace_pools(const Context& context);
Result<Step> list_user_workspace_pools(const Context& context);
Result<Step> create_workspace_pool(const Context& context);
Result<Step> delete_workspace_pool(const Context& context);
Result<Step> list_workspace_schemas(const Context& context);
Result<Step> get_workspace_schema(const Context& context);

// identifiers.cc
Result<Step> add_identifier(const Context& context);
Result<Step> remove_identifier(const Context& context);
Result<Response> answer_added_identifier(const Context& context, const Accepted& accepted);

// addresses.cc
Result<Step> add_address(const Context& context);
Result<Step> update_address(const Context& context);
Result<Step> remove_address(const Context& context);
Result<Response> answer_added_address(const Context& context, const Accepted& accepted);
Result<Response> answer_updated_address(const Context& context, const Accepted& accepted);

// groups.cc
Result<Step> list_groups(const Context& context);
Result<Step> create_group(const Context& context);
Result<Step> get_group(const Context& context);
Result<Step> update_group(const Context& context);
/// Whether a group may get another parent: seldom wrong, and then only towards true.
bool may_move_group(const Request& request);
Result<Step> delete_group(const Context& context);
Result<Response> answer_group(const Context& context, const Accepted& accepted);
Result<Response> answer_new_group(const Context& context, const Accepted& accepted);

// group_members.cc
Result<Step> list_group_users(const Context& context);
Result<Step> add_group_user(const Context& context);
Result<Step> remove_group_user(const Context& context);
Result<Step> list_user_groups(const Context& context);
Result<Step> is_user_in_group(const Context& context);

// passwords.cc
Result<Step> set_password_state(const Context& context);
Result<Step> verify_password_v1(const Context& context);
Result<Step> verify_password_v2(const Context& context);
Result<Response> answer_verified_v1(const Context& context, const Accepted& accepted);
Result<Response> answer_verified_v2(const Context& context, const Accepted& accepted);

// configuration.cc, configuration_patch.cc: of the path's tenant
Result<Step> export_configuration(const Context& context);
Result<Step> import_configuration(const Context& context);
Result<Step> patch_configuration(const Context& context);

// configuration_root.cc: of any tenant
Result<Step> export_any_configuration(const Context& context);
Result<Step> import_any_configuration(const Context& context);
Result<Step> patch_any_configuration(const Context& context);

}  // namespace muster
