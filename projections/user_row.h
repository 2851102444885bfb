/// The row of a user: everything that is known of it, and the answer to GET, in one value.
///
///   row of a user = head private document
///   private       = length (varint) JSON, empty when there is nothing to say:
///                   {"user_type":text,"credentials":[{"secret":JSON,"expires":micros}],
///                    "groups":[Membership],"roles":[RoleGrant],"unfit":[text],
///                    "keys_folded":true}
///   document      = UserWithData (projections/documents.h), the rest of the row
///
/// The state is read back from the document, so nothing is stored twice. `credentials` goes with
/// the document's list of the same name: what is blurred there.
#pragma once

#include "engine/core/json.h"
#include "projections/rows.h"

namespace muster {

std::string encode_user_row(const UserState& user, std::string_view tenant_id);

/// The answer to GET, to be sent as it is; empty when the row is damaged. Lives as long as the row.
std::string_view document_in(std::string_view user_row);

/// UserState::keys_folded, without reading the whole state.
Result<bool> keys_folded_in(std::string_view user_row);

/// The state in a row of a user of that pool; kCorrupt when it is unreadable.
Result<UserState> decode_user_row(StreamId pool, std::string_view row);
/// The same when the row's document was parsed already.
Result<UserState> decode_user_row(StreamId pool, std::string_view row, JsonValue document);

}  // namespace muster
