/// Reads users as Auth0 exports and imports them: a JSON array of any length, or NDJSON.
///
/// | member | becomes |
/// |---|---|
/// | user_id, else _id.$oid, email, username | the id |
/// | username | an identifier of type uid |
/// | email, email_verified | an identifier of type email, and an address |
/// | phone_number, phone_verified | an address of type mobile when it is E.164, else a payload
/// member | | given_name, family_name, name, nickname, picture | payload members |
/// | app_metadata | metadata |
/// | user_metadata | business metadata if the pool has a schema for it, else the member
/// user_metadata of metadata, unless app_metadata has one of that name |
/// | blocked | status inactive |
/// | custom_password_hash, password_hash, mfa_factors | see read_auth0_credentials() |
///
/// Everything else stays behind.
#pragma once

#include "api/import/json_array_reader.h"
#include "api/import/line_source.h"
#include "api/import/row_source.h"

namespace muster {

class Auth0Reader final : public RowSource {
 public:
  /// Looks at the beginning of `input`, which must be seekable and outlive this object.
  Auth0Reader(std::istream& input, ForeignOptions options);

  std::optional<PersonRecord> next() override;
  [[nodiscard]] std::uint64_t bytes_consumed() const override;
  [[nodiscard]] bool failed() const override;

 private:
  std::optional<PersonRecord> next_line();

  ForeignOptions options_;
  bool is_array_;
  LineSource lines_;
  JsonArrayReader array_;
};

}  // namespace muster
