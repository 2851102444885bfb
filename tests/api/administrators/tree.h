/// JSON as plain maps and lists, for tests that compute with answers without the engine's own code.
/// Members have no order, so two trees are equal when they say the same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"

namespace muster::administrators {

struct Tree {
  enum class Form { kLeaf, kObject, kArray };

  static Tree null() { return {}; }

  static Tree text(std::string_view plain);
  static Tree flag(bool value);
  static Tree number(long value);

  static Tree object() { return {Form::kObject, {}, {}, {}}; }

  static Tree array() { return {Form::kArray, {}, {}, {}}; }

  static Tree of(JsonValue value);
  /// Null for what is no JSON.
  static Tree parse(std::string_view json);

  bool operator==(const Tree&) const = default;

  [[nodiscard]] bool is_null() const { return form == Form::kLeaf && leaf == "null"; }

  [[nodiscard]] bool is_object() const { return form == Form::kObject; }

  [[nodiscard]] bool is_text() const { return form == Form::kLeaf && leaf.starts_with('"'); }

  /// Null when there is no such member.
  [[nodiscard]] const Tree* find(std::string_view name) const;

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }

  /// The text of a member; empty when there is none.
  [[nodiscard]] std::string text_of(std::string_view name) const;
  [[nodiscard]] bool flag_of(std::string_view name) const;
  [[nodiscard]] std::string plain() const;

  Tree& set(std::string_view name, Tree value);

  Tree& set(std::string_view name, std::string_view plain) { return set(name, text(plain)); }

  /// Not at all for an empty text.
  Tree& set_unless_empty(std::string_view name, std::string_view plain);
  Tree& add(Tree element);

  /// JSON with the members in order of name.
  [[nodiscard]] std::string render() const;

  Form form = Form::kLeaf;
  std::string leaf = "null";  // JSON
  std::map<std::string, Tree, std::less<>> members;
  std::vector<Tree> elements;
};

/// Without the named members, at any depth of objects and lists.
Tree without(const Tree& tree, const std::vector<std::string_view>& names);

/// Where two trees differ first, for people to read; empty when they are equal.
std::string difference(const Tree& left, const Tree& right, const std::string& place = {});

}  // namespace muster::administrators
