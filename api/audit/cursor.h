/// Cursors: where a walk through the log goes on. They say how large the log was when the walk
/// began, so that what happens meanwhile does not shift its pages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "projections/published.h"

namespace muster {

struct AuditCursor {
  Epoch epoch{};
  std::uint64_t size = 0;   // of the log when the walk began
  std::uint64_t begin = 0;  // what is left of it
  std::uint64_t end = 0;
};

/// `question` is what was asked for: another question cannot go on with the cursor.
std::string write_cursor(const AuditCursor& cursor, std::string_view question);

/// kInvalidSyntax "invalid_parameter" unless it is a cursor of this question, over a log that
/// `point` shows. One of an earlier epoch holds when no restore has lost what it is about.
Result<AuditCursor> read_cursor(std::string_view text,
                                std::string_view question,
                                const ReadPoint& point,
                                LogId log);

}  // namespace muster
