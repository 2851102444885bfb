/// What a verb says on standard output, as text for people or as JSON.
///
/// json:   one object with a list per kind of item, {"logs":[...],"views":[...],...}
/// ndjson: one object per line, as it happens, with its kind as member "kind"
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/json_writer.h"
#include "engine/core/result.h"

namespace muster::replay {

enum class OutputFormat : std::uint8_t { kTable, kJson, kNdjson };

/// One item. The members of the JSON object are added one by one.
class Item {
 public:
  /// `kind` is a static plural: "logs".
  Item(std::string_view kind, std::string text) : kind_{kind}, text_{std::move(text)} {}

  template <class Value>
  Item& with(std::string_view name, const Value& value) {
    members_.push_back(',');
    JsonWriter writer{members_};
    writer.member(name, value);
    return *this;
  }

  Item& with_json(std::string_view name, std::string_view json) {
    members_.push_back(',');
    JsonWriter writer{members_};
    writer.raw_member(name, json);
    return *this;
  }

  [[nodiscard]] std::string_view kind() const { return kind_; }

  [[nodiscard]] const std::string& text() const { return text_; }

  /// `,"name":value,...`
  [[nodiscard]] const std::string& members() const { return members_; }

 private:
  std::string_view kind_;
  std::string text_;
  std::string members_;
};

/// One thread.
class Report {
 public:
  /// `err` takes failures, unless they are part of the JSON.
  Report(OutputFormat format, std::FILE* out, std::FILE* err)
      : format_{format}, out_{out}, err_{err} {}

  void add(const Item& item);
  /// Why the verb could not go on. Gives the exit code.
  int fail(const Failure& failure);
  /// Text between items, for people only.
  void say(std::string_view line);
  /// Writes what is still to be written.
  void finish();

 private:
  struct Kind {
    std::string_view name;
    std::string items;  // JSON objects, commas between
  };

  static void write_line(std::FILE* out, std::string_view line);

  OutputFormat format_;
  std::FILE* out_;
  std::FILE* err_;
  std::vector<Kind> kinds_;
};

}  // namespace muster::replay
