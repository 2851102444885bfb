#include "tests/api/administrators/tree.h"

#include <algorithm>

namespace muster::administrators {

Tree Tree::text(std::string_view plain) {
  return {Form::kLeaf, '"' + std::string{plain} + '"', {}, {}};  // of tests: nothing to escape
}

Tree Tree::flag(bool value) {
  return {Form::kLeaf, value ? "true" : "false", {}, {}};
}

Tree Tree::number(long value) {
  return {Form::kLeaf, std::to_string(value), {}, {}};
}

Tree Tree::of(JsonValue value) {
  if (value.is_object()) {
    Tree tree = object();
    for (const auto& [name, member] : value.members()) {
      tree.members.emplace(std::string{name}, of(member));
    }
    return tree;
  }
  if (value.is_array()) {
    Tree tree = array();
    for (const JsonValue element : value.elements()) {
      tree.elements.push_back(of(element));
    }
    return tree;
  }
  return {Form::kLeaf, value.minified(), {}, {}};
}

Tree Tree::parse(std::string_view json) {
  const auto document = parse_json(json);
  return document ? of(document->root()) : null();
}

const Tree* Tree::find(std::string_view name) const {
  const auto found = members.find(name);
  return found == members.end() ? nullptr : &found->second;
}

std::string Tree::plain() const {
  return is_text() ? leaf.substr(1, leaf.size() - 2) : std::string{};
}

std::string Tree::text_of(std::string_view name) const {
  const Tree* member = find(name);
  return member == nullptr ? std::string{} : member->plain();
}

bool Tree::flag_of(std::string_view name) const {
  const Tree* member = find(name);
  return member != nullptr && member->leaf == "true";
}

Tree& Tree::set(std::string_view name, Tree value) {
  form = Form::kObject;
  members.insert_or_assign(std::string{name}, std::move(value));
  return *this;
}

Tree& Tree::set_unless_empty(std::string_view name, std::string_view plain) {
  return plain.empty() ? *this : set(name, plain);
}

Tree& Tree::add(Tree element) {
  form = Form::kArray;
  elements.push_back(std::move(element));
  return *this;
}

std::string Tree::render() const {
  if (form == Form::kLeaf) {
    return leaf;
  }
  std::string out{is_object() ? "{" : "["};
  const auto comma = [&] {
    if (out.size() > 1) {
      out += ',';
    }
  };
  for (const auto& [name, member] : members) {
    comma();
    out += '"' + name + "\":" + member.render();
  }
  for (const Tree& element : elements) {
    comma();
    out += element.render();
  }
  return out += is_object() ? '}' : ']';
}

Tree without(const Tree& tree, const std::vector<std::string_view>& names) {
  Tree left{tree.form, tree.leaf, {}, {}};
  for (const auto& [name, member] : tree.members) {
    if (std::ranges::find(names, name) == names.end()) {
      left.members.emplace(name, without(member, names));
    }
  }
  for (const Tree& element : tree.elements) {
    left.elements.push_back(without(element, names));
  }
  return left;
}

std::string difference(const Tree& left, const Tree& right, const std::string& place) {
  if (left == right) {
    return {};
  }
  if (left.is_object() && right.is_object()) {
    for (const auto& [name, member] : left.members) {
      const Tree* other = right.find(name);
      if (other == nullptr || member != *other) {
        return difference(member, other == nullptr ? Tree::null() : *other, place + "/" + name);
      }
    }
    for (const auto& [name, member] : right.members) {
      if (!left.has(name)) {
        return place + "/" + name + ": nothing, but " + member.render();
      }
    }
  }
  return place + ": " + left.render() + ", but " + right.render();
}

}  // namespace muster::administrators
