/// muster-bench generate: made-up users as NDJSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/people.h"
#include "engine/core/result.h"

namespace muster {

/// Writes users 0 to `users` - 1, one row per line, to `file` (empty: standard output), and
/// progress to standard error. kIo when something cannot be written.
Result<> generate_users(const People& people, std::uint64_t users, const std::string& file);

/// Replaces `file` by `text`.
Result<> write_file(const std::string& file, std::string_view text);

}  // namespace muster
