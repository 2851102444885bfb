/// --output table|json|ndjson: rows of named texts, printed as people or programs want them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace muster {

enum class OutputFormat : std::uint8_t { kTable, kJson, kNdjson };

void add_output_flag(CLI::App& command, OutputFormat& format);

/// `columns` names the members; every row has one text for each.
void print_rows(OutputFormat format,
                const std::vector<std::string>& columns,
                const std::vector<std::vector<std::string>>& rows);

/// A name and numbers, which are numbers in JSON too.
struct CountedRow {
  std::string name;
  std::vector<std::pair<std::string, std::uint64_t>> counts;
};

/// `column` is what names are called. All rows count the same things; there is at least one.
void print_counts(OutputFormat format,
                  const std::string& column,
                  const std::vector<CountedRow>& rows);

}  // namespace muster
