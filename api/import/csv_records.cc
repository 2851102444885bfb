#include "api/import/csv_records.h"

#include <utility>

#include "api/import/line_source.h"
#include "engine/text/utf8.h"

namespace muster {
namespace {

Failure bad_quote(std::string_view reason) {
  return failure(Errc::kInvalidSyntax, "csv_quote", reason);
}

Result<void> check_record(const CsvRecord& record, std::size_t kept) {
  if (kept > kImportLineBytesMax || record.fields.size() > kCsvFieldsMax) {
    return failure(Errc::kTooLarge, "row_too_large", "a record may have 1 MiB and 1,024 fields");
  }
  for (const std::string& field : record.fields) {
    if (!is_valid_utf8(field)) {
      return failure(Errc::kInvalidSyntax, "csv_not_utf8", "the record is not UTF-8");
    }
  }
  return {};
}

}  // namespace

void CsvRecords::keep(std::string& field, int byte) {
  if (++kept_ <= kImportLineBytesMax) {
    field.push_back(static_cast<char>(byte));
  }
}

void CsvRecords::skip_line() {
  int byte = source_.take();
  while (byte != '\n' && byte != ByteSource::kEnd) {
    byte = source_.take();
  }
}

std::optional<CsvRecords::End> CsvRecords::take_end() {
  const int byte = source_.peek();
  if (byte == delimiter_) {
    source_.take();
    return End::kField;
  }
  if (byte == '\n') {
    source_.take();
    return End::kRecord;
  }
  return byte == ByteSource::kEnd ? std::optional{End::kRecord} : std::nullopt;
}

Result<CsvRecords::End> CsvRecords::take_quoted(std::string& field) {
  const std::uint64_t opened = source_.line();
  source_.take();
  while (true) {
    const int byte = source_.take();
    if (byte == ByteSource::kEnd) {
      return bad_quote("the quote that opens in line " + std::to_string(opened) +
                       " is never closed; the rest of the file was taken for its field");
    }
    if (byte == '"' && source_.peek() != '"') {
      break;
    }
    keep(field, byte == '"' ? source_.take() : byte);
  }
  if (source_.peek() == '\r') {
    source_.take();
    if (source_.peek() != '\n') {
      skip_line();
      return bad_quote("there is text behind a closing quote");
    }
  }
  if (const auto end = take_end()) {
    return *end;
  }
  skip_line();
  return bad_quote("there is text behind a closing quote");
}

Result<CsvRecords::End> CsvRecords::take_plain(std::string& field) {
  while (true) {
    if (const auto end = take_end()) {
      return *end;
    }
    const int byte = source_.take();
    if (byte == '"') {
      skip_line();
      return bad_quote("there is a quote inside a field that is not quoted");
    }
    if (byte != '\r' || source_.peek() != '\n') {
      keep(field, byte);
    }
  }
}

Result<CsvRecords::End> CsvRecords::take_field(std::string& field) {
  return source_.peek() == '"' ? take_quoted(field) : take_plain(field);
}

std::optional<std::variant<CsvRecord, RowFailure>> CsvRecords::next() {
  while (source_.peek() != ByteSource::kEnd) {
    CsvRecord record{{}, source_.line()};
    kept_ = 0;
    bool quoted = false;
    Result<End> end = End::kField;
    while (end && *end == End::kField) {
      std::string field;
      quoted = quoted || source_.peek() == '"';
      end = take_field(field);
      if (record.fields.size() <= kCsvFieldsMax) {
        record.fields.push_back(std::move(field));
      }
    }
    if (!end) {
      return RowFailure{.line = record.line, .key = {}, .failure = std::move(end).error()};
    }
    if (record.fields.size() == 1 && record.fields[0].empty() && !quoted) {
      continue;
    }
    if (auto fits = check_record(record, kept_); !fits) {
      return RowFailure{.line = record.line, .key = {}, .failure = std::move(fits).error()};
    }
    return record;
  }
  return std::nullopt;
}

}  // namespace muster
