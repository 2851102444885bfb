/// JSON that can be changed. What is never looked into stays the text it came as, spelling and all,
/// so a small change of a large document costs little.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/json.h"

namespace muster {

/// A value: its text, or its parts once somebody asked for one of them.
class JsonTree {
 public:
  using Member = std::pair<std::string, JsonTree>;

  /// `text` must be JSON, without white space.
  explicit JsonTree(std::string text) : text_{std::move(text)} {}

  static JsonTree array_of(std::vector<JsonTree> elements);
  static JsonTree object_of(std::vector<Member> members);

  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_object() const;

  /// Parts, to be changed in place. Only of an array, only of an object.
  std::vector<JsonTree>& elements();
  std::vector<Member>& members();
  /// Null when there is no member of that name.
  JsonTree* find(std::string_view name);

  void append_to(std::string& out) const;
  [[nodiscard]] std::string text() const;
  /// Bytes of the text.
  [[nodiscard]] std::size_t size() const;
  /// How many arrays and objects lie inside each other.
  [[nodiscard]] std::size_t depth() const;

 private:
  enum class Form : std::uint8_t { kText, kArray, kObject };

  JsonTree(Form form) : form_{form} {}  // NOLINT(google-explicit-constructor)

  void take_apart();

  Form form_ = Form::kText;
  std::string text_;
  std::vector<JsonTree> elements_;
  std::vector<Member> members_;
};

}  // namespace muster
