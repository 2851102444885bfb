#include "api/cli/output.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

std::string as_object(const std::vector<std::string>& columns,
                      const std::vector<std::string>& row) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    writer.member(columns[i], row[i]);
  }
  writer.end_object();
  return json;
}

void print_table(const std::vector<std::string>& columns,
                 const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width = columns[i].size();
    for (const auto& row : rows) {
      width = std::max(width, row[i].size());
    }
    widths.push_back(width);
  }
  const auto print = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) {
        line.append(widths[i] + 2 - row[i].size(), ' ');
      }
    }
    std::printf("%s\n", line.c_str());
  };
  print(columns);
  std::ranges::for_each(rows, print);
}

/// As one array, or line by line.
void print_objects(OutputFormat format, const std::vector<std::string>& objects) {
  const bool is_array = format == OutputFormat::kJson;
  std::string text = is_array ? "[" : "";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    text += objects[i];
    text += is_array ? (i + 1 < objects.size() ? "," : "") : "\n";
  }
  std::printf("%s%s", text.c_str(), is_array ? "]\n" : "");
}

}  // namespace

void add_output_flag(CLI::App& command, OutputFormat& format) {
  static const std::map<std::string, OutputFormat> kNames{{"table", OutputFormat::kTable},
                                                          {"json", OutputFormat::kJson},
                                                          {"ndjson", OutputFormat::kNdjson}};
  command.add_option("--output", format, "table, json or ndjson")
      ->transform(CLI::CheckedTransformer(kNames));
}

void print_rows(OutputFormat format,
                const std::vector<std::string>& columns,
                const std::vector<std::vector<std::string>>& rows) {
  if (format == OutputFormat::kTable) {
    print_table(columns, rows);
    return;
  }
  std::vector<std::string> objects;
  objects.reserve(rows.size());
  for (const auto& row : rows) {
    objects.push_back(as_object(columns, row));
  }
  print_objects(format, objects);
}

void print_counts(OutputFormat format,
                  const std::string& column,
                  const std::vector<CountedRow>& rows) {
  if (format == OutputFormat::kTable) {
    std::vector<std::string> columns{column};
    for (const auto& [name, count] : rows.front().counts) {
      columns.push_back(name);
    }
    std::vector<std::vector<std::string>> cells;
    for (const CountedRow& row : rows) {
      std::vector<std::string>& line = cells.emplace_back();
      line.push_back(row.name);
      for (const auto& [name, count] : row.counts) {
        line.push_back(std::to_string(count));
      }
    }
    print_table(columns, cells);
    return;
  }
  std::vector<std::string> objects;
  for (const CountedRow& row : rows) {
    JsonWriter writer{objects.emplace_back()};
    writer.begin_object();
    writer.member(column, row.name);
    for (const auto& [name, count] : row.counts) {
      writer.member(name, count);
    }
    writer.end_object();
  }
  print_objects(format, objects);
}

}  // namespace muster
