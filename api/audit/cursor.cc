#include "api/audit/cursor.h"

#include <array>
#include <charconv>

#include "engine/administration/prepare.h"
#include "engine/core/bytes.h"

namespace muster {
namespace {

Failure no_cursor(std::string_view reason) {
  return failure_at(Errc::kInvalidSyntax, "invalid_parameter", "cursor", reason);
}

/// Five numbers with dots between them.
using Numbers = std::array<std::uint64_t, 5>;

Result<Numbers> numbers_in(std::string_view text) {
  Numbers numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) {
      return no_cursor("is none that a page ended with");
    }
    const auto [stopped, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc{}) {
      return no_cursor("is none that a page ended with");
    }
    at = stopped;
  }
  return at == end ? Result<Numbers>{numbers}
                   : Result<Numbers>{no_cursor("is none that a page ended with")};
}

std::uint64_t check_of(std::string_view question) {
  return crc32c(question);
}

}  // namespace

std::string write_cursor(const AuditCursor& cursor, std::string_view question) {
  return std::to_string(raw(cursor.epoch)) + "." + std::to_string(cursor.size) + "." +
         std::to_string(cursor.begin) + "." + std::to_string(cursor.end) + "." +
         std::to_string(check_of(question));
}

Result<AuditCursor> read_cursor(std::string_view text,
                                std::string_view question,
                                const ReadPoint& point,
                                LogId log) {
  MUSTER_TRY(const Numbers numbers, numbers_in(text));
  const auto epoch = static_cast<std::uint32_t>(numbers[0]);
  if (epoch != numbers[0] || !point.has_kept(Epoch{epoch}, log, numbers[1])) {
    return no_cursor(
        "is of a log that was lost in part when the directory was restored; begin again");
  }
  if (numbers[4] != check_of(question)) {
    return no_cursor("belongs to another question; only limit may differ");
  }
  const AuditCursor cursor{point.epoch, numbers[1], numbers[2], numbers[3]};
  if (cursor.size > point.size_of(log) || cursor.end > cursor.size || cursor.begin > cursor.end) {
    return no_cursor("is none that a page ended with");
  }
  return cursor;
}

}  // namespace muster
