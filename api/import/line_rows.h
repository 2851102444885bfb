/// Rows that are a line each.
#pragma once

#include <optional>

#include "api/import/line_source.h"
#include "api/import/row_failure.h"
#include "api/import/text.h"

namespace muster {

/// What `parse(text, line)` makes of the next line that is not blank; a RowFailure when it is too
/// long. Nothing at the end. `Record` holds either.
template <class Record, class Parse>
std::optional<Record> next_row(LineSource& lines, const Parse& parse) {
  while (const auto line = lines.next()) {
    if (line->too_long) {
      return RowFailure{
          .line = line->number,
          .key = {},
          .failure = failure(Errc::kTooLarge, "line_too_large", "a line may have 1 MiB")};
    }
    if (!trimmed(line->text).empty()) {
      return parse(line->text, line->number);
    }
  }
  return std::nullopt;
}

}  // namespace muster
