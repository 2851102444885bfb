/// Values of rows that hold a state.
///
///   row of a state = head JSON (the state's declared members)
///   head           = stream (16 bytes) format (1 byte, 3) revision shown first last
///                    leaf (32 bytes) slot
///
/// That of an erased user declares its members in rows.cc. Numbers are varints. The head begins
/// with the stream because rows of states are unique rows.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/result.h"
#include "engine/state/state.h"

namespace muster {

void put_head(std::string& out, const StreamHead& head);
/// Reads what put_head() wrote; the reader fails when it cannot.
StreamHead take_head(ByteReader& reader);

/// The head of any row that holds a state, users included; all zero when the row is damaged.
StreamHead head_in(std::string_view row);

/// The row of any state but that of a user who exists.
std::string encode_state_row(const AnyState& state);
/// kCorrupt when it is unreadable. `aggregate` must not be kUser.
Result<AnyState> decode_state_row(Aggregate aggregate, std::string_view row);

/// What is said of a row that cannot be read.
Failure unreadable_row();

}  // namespace muster
