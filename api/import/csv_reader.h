/// Users from CSV: a record each, a header that names the columns, and a mapping that says what
/// they become. An empty field is an absent one. A record with more or fewer fields than the header
/// is refused, with its line.
///
/// The id is made of the column that is the id, else of the first identifier in the order of the
/// columns. One thread.
#pragma once

#include <vector>

#include "api/import/csv_mapping.h"
#include "api/import/csv_records.h"
#include "api/import/row_source.h"

namespace muster {

class CsvReader final : public RowSource {
 public:
  /// Reads the header. kInvalid: "unknown_column" when the mapping names one that the header lacks,
  /// or the header one that the mapping lacks; "duplicate_column"; "no_header". `input` must
  /// outlive the reader.
  static Result<std::unique_ptr<CsvReader>> open(std::istream& input,
                                                 char delimiter,
                                                 CsvMapping mapping);

  std::optional<PersonRecord> next() override;

  [[nodiscard]] std::uint64_t bytes_consumed() const override { return records_.bytes_consumed(); }

  [[nodiscard]] bool failed() const override { return records_.failed(); }

 private:
  static constexpr std::size_t kNoColumn = SIZE_MAX;

  struct PlacedRule {
    std::size_t column = 0;
    std::size_t verified_column = kNoColumn;
    CsvRule rule;
  };

  CsvReader(std::istream& input, char delimiter) : records_{input, delimiter} {}

  Result<void> place(const CsvRecord& header, CsvMapping mapping);
  PersonRecord read_user(const CsvRecord& record) const;

  CsvRecords records_;
  std::vector<std::string> header_;
  std::vector<PlacedRule> rules_;
  std::string status_;
  bool must_be_changed_ = false;
};

}  // namespace muster
