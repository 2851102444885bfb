/// Request bodies as typed inputs. Only their form is checked here: wrong JSON types and missing
/// members, all faults at once. Whether the values make sense is for the commands to say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/http/request.h"
#include "engine/groups/group_commands.h"
#include "engine/pools/schema_commands.h"
#include "engine/users/commands.h"

namespace muster {

/// The published `Schema`; `log` is left to the caller.
Result<CreateSchema> read_schema(const Request& request);

/// The published `Group`; the path says tenant and pool.
Result<GroupBody> read_group(const Request& request);

/// The published `NewUser` (system) or `NewUserPayload` (admin).
struct NewUserBody {
  CreateUser user;  // passwords not hashed yet, `log` left to the caller
  /// The clear password of the credential at the same place of user.credentials.
  std::vector<std::optional<std::string>> passwords;
};

/// `user_type` is a member of the system family's body only.
Result<NewUserBody> read_new_user(const Request& request, bool with_user_type);

/// The published `UpdateUser`.
Result<ReplaceUser> read_user_changes(const Request& request);

/// A JSON Merge Patch of `payload`, `metadata` and `business_metadata`; of other members a patch
/// that does nothing would look like one that worked, so they are refused.
Result<PatchUser> read_user_patch(const Request& request);

Result<NewIdentifier> read_new_identifier(const Request& request);
Result<NewAddress> read_new_address(const Request& request);
Result<UpdateAddress> read_address_update(const Request& request);

/// A body whose one required member is a text.
Result<std::string> read_only_text(const Request& request, std::string_view name);

/// Whom by_key asks for: exactly one is set (N-22).
struct UserKey {
  std::string identifier;
  std::string address;
};

Result<UserKey> read_user_key(const Request& request);

/// The published `VerifyPassword`: exactly one of the two is set.
struct PasswordToVerify {
  std::string password;
  std::string identifier;
  std::string user_id;
};

Result<PasswordToVerify> read_password_to_verify(const Request& request);

}  // namespace muster
