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

/// One row of numbers, which are numbers in JSON too.
void print_counts(OutputFormat format,
                  const std::vector<std::pair<std::string, std::uint64_t>>& counts);

}  // namespace muster
