/// Reads the users of a Keycloak realm: an object with an array `users`, as a realm is exported, in
/// one file or in several. One user is in memory at a time. An export of several realms is an array
/// and refused: a realm becomes a pool.
///
/// | member | becomes |
/// |---|---|
/// | id, else username | the id |
/// | username | an identifier of type uid, unless it is the email address |
/// | email, emailVerified | an identifier of type email, and an address |
/// | enabled | status active or inactive |
/// | firstName, lastName | payload members given_name, family_name, and name of both |
/// | attributes | payload members: text, or a list of several values |
/// | createdTimestamp | metadata member created_timestamp, milliseconds |
/// | credentials | see read_keycloak_credential() |
/// | requiredActions | UPDATE_PASSWORD: the password must be changed |
///
/// Users of service accounts are none. Roles become a member of metadata when it is named, and are
/// counted otherwise; consents and federated identities stay behind. Groups: keycloak_groups.h.
#pragma once

#include <utility>

#include "api/import/json_array_reader.h"
#include "api/import/object_reader.h"
#include "api/import/row_source.h"

namespace muster {

class KeycloakReader final : public RowSource {
 public:
  /// `input` must outlive this object.
  KeycloakReader(std::istream& input, ForeignOptions options)
      : users_{input, JsonArrayReader::Array{"users", "groups"}}, options_{std::move(options)} {}

  std::optional<PersonRecord> next() override;

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return users_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return users_.failed(); }

  [[nodiscard]] LeftBehind left_behind() const override { return left_; }

 private:
  JsonArrayReader users_;
  ForeignOptions options_;
  LeftBehind left_;
};

/// Who a user of a realm is.
struct KeycloakUserKey {
  std::string id;
  std::string source_key;
};

KeycloakUserKey keycloak_user_key(ObjectReader& row);
bool is_service_account(const ObjectReader& row);

}  // namespace muster
