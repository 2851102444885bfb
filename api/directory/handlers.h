/// The handlers behind the table in operations.cc; see OperationHandler and Answer.
#pragma once

#include "api/directory/operation.h"

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
Result<Step> delete_user(const Context& context);

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
