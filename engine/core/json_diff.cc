#include "engine/core/json_diff.h"

#include <algorithm>
#include <vector>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

// NOLINTBEGIN(misc-no-recursion): as deep as the documents, which is bounded.

std::vector<JsonValue> elements_of(JsonValue array) {
  std::vector<JsonValue> all;
  all.reserve(array.size());
  for (const JsonValue element : array.elements()) {
    all.push_back(element);
  }
  return all;
}

bool is_same(JsonValue left, JsonValue right);

bool are_same_objects(JsonValue left, JsonValue right) {
  if (left.size() != right.size()) {
    return false;
  }
  for (const auto& [name, value] : left.members()) {
    const auto other = right.find(name);
    if (!other || !is_same(value, *other)) {
      return false;
    }
  }
  return true;
}

/// Equal as JSON and in how values are spelled.
bool is_same(JsonValue left, JsonValue right) {
  if (left.is_object() && right.is_object()) {
    return are_same_objects(left, right);
  }
  if (left.is_array() && right.is_array()) {
    return std::ranges::equal(elements_of(left), elements_of(right), is_same);
  }
  return left.minified() == right.minified();
}

class Differ {
 public:
  explicit Differ(JsonWriter& writer) : writer_{writer} {}

  void compare(const std::string& path, JsonValue from, JsonValue to) {
    if (from.is_object() && to.is_object()) {
      objects(path, from, to);
    } else if (from.is_array() && to.is_array()) {
      arrays(path, from, to);
    } else if (!is_same(from, to)) {
      operation("replace", path, &to);
    }
  }

 private:
  void operation(std::string_view name, std::string_view path, const JsonValue* value) {
    writer_.begin_object();
    writer_.member("op", name);
    writer_.member("path", path);
    if (value != nullptr) {
      writer_.raw_member("value", value->minified());
    }
    writer_.end_object();
  }

  static std::string below(const std::string& path, std::string_view token) {
    std::string longer = path;
    append_pointer_token(longer, token);
    return longer;
  }

  void objects(const std::string& path, JsonValue from, JsonValue to) {
    for (const auto& [name, value] : from.members()) {
      if (!to.find(name)) {
        operation("remove", below(path, name), nullptr);
      }
    }
    for (const auto& [name, value] : to.members()) {
      if (const auto before = from.find(name)) {
        compare(below(path, name), *before, value);
      } else {
        operation("add", below(path, name), &value);
      }
    }
  }

  void arrays(const std::string& path, JsonValue from, JsonValue to) {
    const std::vector<JsonValue> old = elements_of(from);
    const std::vector<JsonValue> now = elements_of(to);
    const std::size_t shorter = std::min(old.size(), now.size());
    std::size_t front = 0;
    while (front < shorter && is_same(old[front], now[front])) {
      ++front;
    }
    std::size_t back = 0;
    while (back < shorter - front &&
           is_same(old[old.size() - 1 - back], now[now.size() - 1 - back])) {
      ++back;
    }
    const std::size_t old_end = old.size() - back;
    const std::size_t now_end = now.size() - back;
    const std::size_t both_end = std::min(old_end, now_end);
    for (std::size_t at = front; at < both_end; ++at) {
      compare(below(path, std::to_string(at)), old[at], now[at]);
    }
    for (std::size_t at = old_end; at > both_end; --at) {
      operation("remove", below(path, std::to_string(at - 1)), nullptr);
    }
    for (std::size_t at = both_end; at < now_end; ++at) {
      operation("add", below(path, std::to_string(at)), &now[at]);
    }
  }

  JsonWriter& writer_;
};

// NOLINTEND(misc-no-recursion)

}  // namespace

void append_json_diff(std::string& out, JsonValue from, JsonValue to) {
  JsonWriter writer{out};
  writer.begin_array();
  Differ{writer}.compare("", from, to);
  writer.end_array();
}

}  // namespace muster
