/// Reads records of CSV (RFC 4180): fields in quotes may hold delimiters, line ends and doubled
/// quotes; CRLF and LF end a record; a byte order mark is passed over, and so are blank lines.
///
/// Quotes inside a field that is not quoted, or text behind the closing quote, are a failed record:
/// two readers would understand them differently. Reading goes on with the next line. A record may
/// have 1 MiB and 1,024 fields. One thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/import/byte_source.h"
#include "api/import/row_failure.h"

namespace muster {

inline constexpr std::size_t kCsvFieldsMax = 1024;

struct CsvRecord {
  std::vector<std::string> fields;
  /// Where it begins, counted from 1.
  std::uint64_t line = 0;
};

class CsvRecords {
 public:
  /// `delimiter` is no quote and no line end. `input` must outlive this object.
  CsvRecords(std::istream& input, char delimiter)
      : source_{input}, delimiter_{static_cast<unsigned char>(delimiter)} {}

  std::optional<std::variant<CsvRecord, RowFailure>> next();

  [[nodiscard]] std::uint64_t bytes_consumed() const { return source_.bytes_consumed(); }

  [[nodiscard]] bool failed() const { return source_.failed(); }

 private:
  // What ended a field.
  enum class End : std::uint8_t { kField, kRecord };

  Result<End> take_field(std::string& field);
  Result<End> take_quoted(std::string& field);
  Result<End> take_plain(std::string& field);
  // Takes the delimiter or the line end that the next bytes are; nothing when they are neither.
  std::optional<End> take_end();
  void keep(std::string& field, int byte);
  void skip_line();

  ByteSource source_;
  int delimiter_;
  std::size_t kept_ = 0;  // bytes of the record
};

}  // namespace muster
