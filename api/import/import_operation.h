/// Our own additions to the system family: bringing many users, or groups and memberships, into a
/// pool with one request.
///
///   POST /api/identity/{tid}/system/pools/{ipID}/users/import, body application/x-ndjson
///   POST /api/identity/{tid}/system/pools/{ipID}/groups/import, the same
///
/// Each line is a user as NdjsonReader reads it, or a group or membership as GroupRowReader does.
/// Rows of groups take effect in the order of the body, so a parent may stand in front of what lies
/// below it. The answer, application/x-ndjson too, has one line per row in the order of the body:
///   {"line":1,"outcome":"created"} | "updated" | "unchanged"
///   {"line":2,"outcome":"failed","error_code":..,"reason":..,"pointer":..}
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

std::span<const Operation> import_operations();

}  // namespace muster
