/// Payload, metadata and business metadata: the values of a user that schemas govern.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/users/commands.h"

namespace muster {

/// Where one of the three values is found.
struct Governed {
  std::string_view pointer;
  JsonText UserValues::*value;
  std::string UserSchemaIds::*id;
  bool RemovedValues::*removed;
  std::optional<SchemaWithRevision> UserSchemas::*schema;
  std::string PoolState::*pool_schema_id;
  JsonText UserState::*stored;
  std::string UserState::*stored_schema_id;
};

inline constexpr std::array<Governed, 3> kGoverned{{
    {"/payload",
     &UserValues::payload,
     &UserSchemaIds::payload,
     &RemovedValues::payload,
     &UserSchemas::payload,
     &PoolState::payload_schema_id,
     &UserState::payload,
     &UserState::payload_schema_id},
    {"/metadata",
     &UserValues::metadata,
     &UserSchemaIds::metadata,
     &RemovedValues::metadata,
     &UserSchemas::metadata,
     &PoolState::metadata_schema_id,
     &UserState::metadata,
     &UserState::metadata_schema_id},
    {"/business_metadata",
     &UserValues::business_metadata,
     &UserSchemaIds::business_metadata,
     &RemovedValues::business_metadata,
     &UserSchemas::business_metadata,
     &PoolState::business_metadata_schema_id,
     &UserState::business_metadata,
     &UserState::business_metadata_schema_id},
}};

/// Adds faults: values must be objects, ids well-formed.
void check_values(Faults& faults, const UserValues& values, const UserSchemaIds& ids);

/// A value about to be stored, with the schema it must fit.
struct ValueCheck {
  const Governed* kind = nullptr;
  std::string schema_id;  // empty: no schema, anything fits
  std::string text;       // empty: nothing to validate, the schema must only exist
};

/// The check for a value that may be absent: of an absent payload `{}` must fit when
/// `payload_expected` (N-65).
ValueCheck value_check(const Governed& kind,
                       std::string schema_id,
                       const JsonText& value,
                       bool payload_expected);

/// While preparing: validates against the schemas as read, unless schemas.in_place. All faults of
/// all values at once.
Result<void> validate_values(const std::vector<ValueCheck>& checks, const UserSchemas& schemas);

/// Makes checks of those values that need not fit and do not; what they are, as UserState::unfit
/// names it.
std::vector<std::string> pass_over_unfit(std::vector<ValueCheck>& checks,
                                         const UserSchemas& schemas,
                                         const std::vector<std::string>& unfit);

/// While deciding: the schemas must still be those, see check_schema().
Result<std::vector<SchemaUse>> confirm_values(StateReader& states,
                                              LogId log,
                                              const std::vector<ValueCheck>& checks,
                                              const UserSchemas& schemas);

/// The event that gives a user this value and schema.
AnyEvent replaced_event(const Governed& kind, std::string schema_id, JsonText value);

}  // namespace muster
