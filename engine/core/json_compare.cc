#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

#include "engine/core/check.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {

namespace {

// Up to here looking each name up is faster than sorting all of them.
constexpr std::size_t kLookUpNamesMax = 16;

std::vector<JsonMember> sorted_members(JsonValue object) {
  std::vector<JsonMember> members;
  members.reserve(object.size());
  for (const JsonMember& member : object.members())
    members.push_back(member);
  std::sort(members.begin(), members.end(), [](const JsonMember& left, const JsonMember& right) {
    return left.name < right.name;
  });
  return members;
}

/// Sign and magnitude of an integral number that fits 64 bits.
struct Whole {
  bool negative = false;
  std::uint64_t magnitude = 0;
  bool operator==(const Whole&) const = default;
};

std::optional<Whole> whole_number(JsonValue value) {
  if (value.kind() == JsonKind::kUnsigned) return Whole{false, value.as_uint()};
  if (const auto number = value.whole()) {
    const auto bits = static_cast<std::uint64_t>(*number);
    return *number < 0 ? Whole{true, ~bits + 1} : Whole{false, bits};
  }
  const double number = value.as_double();
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (number >= kTwoTo63 && number < 2 * kTwoTo63) {
    return Whole{false, static_cast<std::uint64_t>(number)};
  }
  return std::nullopt;
}

bool numbers_equal(JsonValue left, JsonValue right) {
  // Two doubles first: most pairs are of one kind, and doubles need no exactness beyond their own.
  if (left.kind() == JsonKind::kDouble && right.kind() == JsonKind::kDouble) {
    return left.as_double() == right.as_double();
  }
  const auto left_whole = whole_number(left);
  return left_whole.has_value() && left_whole == whole_number(right);
}

void append_number(std::string& out, JsonValue value) {
  char buffer[32];
  char* end = buffer;
  if (const auto whole = whole_number(value)) {
    if (whole->negative) *end++ = '-';
    end = std::to_chars(end, buffer + sizeof buffer, whole->magnitude).ptr;
  } else {
    end = std::to_chars(buffer, buffer + sizeof buffer, value.as_double()).ptr;
  }
  out.append(buffer, end);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool objects_equal(JsonValue left, JsonValue right) {
  if (left.size() != right.size()) return false;
  if (left.size() <= kLookUpNamesMax) {
    for (const auto& [name, value] : left.members()) {
      const auto other = right.find(name);
      if (!other || !json_equal(value, *other)) return false;
    }
    return true;
  }
  const auto lefts = sorted_members(left);
  const auto rights = sorted_members(right);
  // NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
  const auto same = [](const JsonMember& one, const JsonMember& other) {
    return one.name == other.name && json_equal(one.value, other.value);
  };
  return std::equal(lefts.begin(), lefts.end(), rights.begin(), same);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool arrays_equal(JsonValue left, JsonValue right) {
  if (left.size() != right.size()) return false;
  auto other = right.elements().begin();
  for (const JsonValue element : left.elements()) {
    if (!json_equal(element, *other)) return false;
    ++other;
  }
  return true;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool some_element_contains(JsonValue array, JsonValue needle) {
  for (const JsonValue element : array.elements()) {
    if (json_contains(element, needle)) return true;
  }
  return false;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool array_contains_array(JsonValue haystack, JsonValue needle) {
  for (const JsonValue wanted : needle.elements()) {
    if (!some_element_contains(haystack, wanted)) return false;
  }
  return true;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool object_contains_object(JsonValue haystack, JsonValue needle) {
  for (const auto& [name, wanted] : needle.members()) {
    const auto held = haystack.find(name);
    if (!held || !json_contains(*held, wanted)) return false;
  }
  return true;
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool json_equal(JsonValue left, JsonValue right) {
  if (left.is_number()) return right.is_number() && numbers_equal(left, right);
  if (left.kind() != right.kind()) return false;
  if (left.is_string()) return left.as_string() == right.as_string();
  if (left.is_object()) return objects_equal(left, right);
  if (left.is_array()) return arrays_equal(left, right);
  return left.is_null() || left.as_bool() == right.as_bool();
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
bool json_contains(JsonValue haystack, JsonValue needle) {
  if (haystack.is_array()) {
    return needle.is_array() ? array_contains_array(haystack, needle)
                             : some_element_contains(haystack, needle);
  }
  if (haystack.is_object() && needle.is_object()) return object_contains_object(haystack, needle);
  return json_equal(haystack, needle);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by the depth of a document
void append_canonical(std::string& out, JsonValue value) {
  if (value.is_object()) {
    out.push_back('{');
    for (const auto& [name, member] : sorted_members(value)) {
      append_json_string(out, name);
      out.push_back(':');
      append_canonical(out, member);
      out.push_back(',');
    }
    out.push_back('}');
  } else if (value.is_array()) {
    out.push_back('[');
    for (const JsonValue element : value.elements()) {
      append_canonical(out, element);
      out.push_back(',');
    }
    out.push_back(']');
  } else if (value.is_string()) {
    append_json_string(out, value.as_string());
  } else if (value.is_number()) {
    append_number(out, value);
  } else {
    out.append(value.is_null() ? "null" : (value.as_bool() ? "true" : "false"));
  }
}

}  // namespace muster
