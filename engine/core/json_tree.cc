#include "engine/core/json_tree.h"

#include <algorithm>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool inside_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (inside_string) {
      at += byte == '\\' ? 1 : 0;
      inside_string = byte != '"';
    } else if (byte == '"') {
      inside_string = true;
    } else if (byte == '[' || byte == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (byte == ']' || byte == '}') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

JsonTree JsonTree::array_of(std::vector<JsonTree> elements) {
  JsonTree tree{Form::kArray};
  tree.elements_ = std::move(elements);
  return tree;
}

JsonTree JsonTree::object_of(std::vector<Member> members) {
  JsonTree tree{Form::kObject};
  tree.members_ = std::move(members);
  return tree;
}

bool JsonTree::is_array() const {
  return form_ == Form::kArray || (form_ == Form::kText && text_.starts_with('['));
}

bool JsonTree::is_object() const {
  return form_ == Form::kObject || (form_ == Form::kText && text_.starts_with('{'));
}

void JsonTree::take_apart() {
  if (form_ != Form::kText) {
    return;
  }
  const auto parsed = parse_json(text_);
  check(parsed.has_value(), "a tree holds JSON");
  if (parsed->root().is_array()) {
    elements_.reserve(parsed->root().size());
    for (const JsonValue element : parsed->root().elements()) {
      elements_.emplace_back(element.minified());
    }
    form_ = Form::kArray;
  } else {
    members_.reserve(parsed->root().size());
    for (const auto& [name, value] : parsed->root().members()) {
      members_.emplace_back(name, JsonTree{value.minified()});
    }
    form_ = Form::kObject;
  }
  text_ = std::string{};
}

std::vector<JsonTree>& JsonTree::elements() {
  check(is_array(), "elements() of what is no array");
  take_apart();
  return elements_;
}

std::vector<JsonTree::Member>& JsonTree::members() {
  check(is_object(), "members() of what is no object");
  take_apart();
  return members_;
}

JsonTree* JsonTree::find(std::string_view name) {
  auto& all = members();
  const auto found = std::ranges::find(all, name, &Member::first);
  return found == all.end() ? nullptr : &found->second;
}

// NOLINTBEGIN(misc-no-recursion): as deep as the document, which is bounded.
void JsonTree::append_to(std::string& out) const {
  if (form_ == Form::kText) {
    out.append(text_);
    return;
  }
  const bool array = form_ == Form::kArray;
  out.push_back(array ? '[' : '{');
  const char* comma = "";
  for (const JsonTree& element : elements_) {
    out.append(std::exchange(comma, ","));
    element.append_to(out);
  }
  for (const auto& [name, value] : members_) {
    out.append(std::exchange(comma, ","));
    append_json_string(out, name);
    out.push_back(':');
    value.append_to(out);
  }
  out.push_back(array ? ']' : '}');
}

std::size_t JsonTree::size() const {
  if (form_ == Form::kText) {
    return text_.size();
  }
  std::size_t bytes = 2;
  for (const JsonTree& element : elements_) {
    bytes += element.size() + 1;
  }
  for (const auto& [name, value] : members_) {
    bytes += name.size() + value.size() + 4;
  }
  return bytes;
}

std::size_t JsonTree::depth() const {
  if (form_ == Form::kText) {
    return depth_of(text_);
  }
  std::size_t below = 0;
  for (const JsonTree& element : elements_) {
    below = std::max(below, element.depth());
  }
  for (const auto& member : members_) {
    below = std::max(below, member.second.depth());
  }
  return below + 1;
}

// NOLINTEND(misc-no-recursion)

std::string JsonTree::text() const {
  std::string out;
  append_to(out);
  return out;
}

}  // namespace muster
