/// Reads LDIF content files (RFC 2849): folded lines, comments (folded ones too), base64 values and
/// DNs, CRLF, attribute options, an optional `version: 1`.
///
/// Refused, entry by entry: change records (`changetype:`, `control:`) and values by URL (`:<`),
/// because an import must not depend on files that the importing machine happens to have. Values
/// may be raw UTF-8, which RFC 2849 wants in base64 but most directories write. After a refused
/// entry reading goes on with the next one.
///
/// Bounds: a line, unfolded, 1 MiB; an entry 4 MiB and 100,000 lines, which is a group of some
/// 50,000 members. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/import/line_source.h"
#include "api/import/row_failure.h"

namespace muster {

inline constexpr std::size_t kLdifEntryBytesMax = std::size_t{4} << 20U;
inline constexpr std::size_t kLdifEntryLinesMax = 100'000;

struct LdifAttribute {
  /// Lower case, without options: "description".
  std::string name;
  /// As the file spells it, without options: "Description".
  std::string spelling;
  /// As the file spells them, in its order: "lang-fr", "binary".
  std::vector<std::string> options;
  /// The bytes, base64 decoded. Valid UTF-8 unless it was base64.
  std::string value;
};

struct LdifEntry {
  /// Valid UTF-8, spelled as in the file. Empty for a server's root entry.
  std::string dn;
  std::vector<LdifAttribute> attributes;
  /// Line of `dn:`, counted from 1.
  std::uint64_t line = 0;
};

using LdifRecord = std::variant<LdifEntry, RowFailure>;

class LdifReader {
 public:
  /// `input` must outlive this object.
  explicit LdifReader(std::istream& input) : lines_{input} {}

  /// The next entry, or why it cannot be taken; nothing at the end.
  std::optional<LdifRecord> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return lines_.bytes_consumed(); }

  /// Whether reading ended early because of the operating system.
  [[nodiscard]] bool failed() const { return lines_.failed(); }

 private:
  // A line put together again: folded parts joined, comments left out.
  struct LogicalLine {
    std::string text;
    std::uint64_t number = 0;
    std::size_t physical_lines = 1;
    std::optional<Failure> failure = std::nullopt;
  };

  // Nothing at the end of the input. Blank lines are returned, as empty text.
  std::optional<LogicalLine> next_line();
  LogicalLine unfold(const LineSource::Line& first);
  std::optional<LdifRecord> read_entry(LogicalLine first);

  LineSource lines_;
  bool version_possible_ = true;
  bool finished_ = false;
};

}  // namespace muster
