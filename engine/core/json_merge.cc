#include "engine/core/json_merge.h"

#include <string_view>
#include <unordered_map>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

/// By name, so that large objects do not cost the product of their sizes.
std::unordered_map<std::string_view, JsonValue> members_by_name(JsonValue object) {
  std::unordered_map<std::string_view, JsonValue> found;
  found.reserve(object.size());
  for (const auto& [name, value] : object.members()) {
    found.emplace(name, value);
  }
  return found;
}

// NOLINTBEGIN(misc-no-recursion): parse_json() bounds the depth of both.
void write_merged(JsonWriter& writer, std::optional<JsonValue> target, JsonValue patch) {
  if (!patch.is_object()) {
    writer.raw(patch.minified());
    return;
  }
  if (target && !target->is_object()) {
    target.reset();
  }
  writer.begin_object();
  if (target) {
    const auto changes = members_by_name(patch);
    for (const auto& [name, value] : target->members()) {
      const auto change = changes.find(name);
      if (change == changes.end()) {
        writer.raw_member(name, value.minified());
      } else if (!change->second.is_null()) {
        writer.key(name);
        write_merged(writer, value, change->second);
      }
    }
  }
  const auto present =
      target ? members_by_name(*target) : std::unordered_map<std::string_view, JsonValue>{};
  for (const auto& [name, value] : patch.members()) {
    if (!value.is_null() && !present.contains(name)) {
      writer.key(name);
      write_merged(writer, std::nullopt, value);
    }
  }
  writer.end_object();
}

// NOLINTEND(misc-no-recursion)

}  // namespace

void append_merged(std::string& out, std::optional<JsonValue> target, JsonValue patch) {
  JsonWriter writer{out};
  write_merged(writer, target, patch);
}

}  // namespace muster
