/// muster-bench generate: made-up users as NDJSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/people.h"
#include "engine/core/result.h"

namespace muster {

/// Which made-up users, and which of their payloads.
struct GeneratedUsers {
  std::uint64_t count = 0;
  std::uint64_t edition = 0;
};

/// Writes users 0 to `count` - 1, one row per line, to `file` (empty: standard output), and
/// progress to standard error. kIo when something cannot be written.
Result<> generate_users(const People& people, GeneratedUsers users, const std::string& file);

/// Replaces `file` by `text`.
Result<> write_file(const std::string& file, std::string_view text);

}  // namespace muster
