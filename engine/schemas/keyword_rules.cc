#include "engine/schemas/keyword_rules.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace muster {

namespace {

// Up to here comparing every pair is faster than sorting texts.
constexpr std::size_t kPairwiseItemsMax = 8;

constexpr double kTwoTo63 = 9223372036854775808.0;

bool has_unique_items_pairwise(JsonValue array) {
  std::vector<JsonValue> seen;
  seen.reserve(kPairwiseItemsMax);
  for (const JsonValue element : array.elements()) {
    for (const JsonValue earlier : seen) {
      if (json_equal(earlier, element)) return false;
    }
    seen.push_back(element);
  }
  return true;
}

template <class Number>
int sign_of(Number left, Number right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

}  // namespace

bool is_integer(JsonValue number) {
  if (number.kind() != JsonKind::kDouble) return true;
  const double value = number.as_double();
  return std::trunc(value) == value;
}

bool has_type(JsonValue value, SchemaType type) {
  switch (type) {
    case SchemaType::kArray:
      return value.is_array();
    case SchemaType::kBoolean:
      return value.is_bool();
    case SchemaType::kInteger:
      return value.is_number() && is_integer(value);
    case SchemaType::kNull:
      return value.is_null();
    case SchemaType::kNumber:
      return value.is_number();
    case SchemaType::kObject:
      return value.is_object();
    case SchemaType::kString:
      return value.is_string();
  }
  return false;
}

int compare(JsonValue number, std::int64_t limit) {
  if (number.kind() == JsonKind::kInteger) return sign_of(number.as_int(), limit);
  if (number.kind() == JsonKind::kUnsigned) return 1;
  const double value = number.as_double();
  if (value >= kTwoTo63) return 1;
  if (value < -kTwoTo63) return -1;
  const double whole = std::trunc(value);
  const int sign = sign_of(static_cast<std::int64_t>(whole), limit);
  return sign != 0 ? sign : sign_of(value, whole);
}

bool is_multiple(JsonValue number, std::int64_t divisor) {
  if (const auto whole = number.whole()) return *whole % divisor == 0;
  if (number.kind() == JsonKind::kUnsigned) {
    return number.as_uint() % static_cast<std::uint64_t>(divisor) == 0;
  }
  return std::fmod(number.as_double(), static_cast<double>(divisor)) == 0;
}

std::uint64_t length_of(std::string_view text) {
  std::uint64_t count = 0;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    count += continues ? 0 : 1;
  }
  return count;
}

bool matches(const Pattern& pattern, std::string_view text, Work& work) {
  // RE2's slowest engine takes about 2 ns per instruction and byte.
  constexpr std::uint64_t kSlowestPerUnit = 5;
  const std::uint64_t bytes = text.size() + 1;
  return work.charge(1 + pattern.instructions() * bytes / kSlowestPerUnit) && pattern.matches(text);
}

bool has_unique_items(JsonValue array, Work& work) {
  const std::size_t count = array.size();
  if (count <= kPairwiseItemsMax) return has_unique_items_pairwise(array);
  constexpr std::uint64_t kUnitsPerItem = 32;
  if (!work.charge(count * kUnitsPerItem)) return false;
  std::vector<std::string> items;
  items.reserve(count);
  for (const JsonValue element : array.elements()) {
    append_canonical(items.emplace_back(), element);
  }
  std::sort(items.begin(), items.end());
  return std::adjacent_find(items.begin(), items.end()) == items.end();
}

}  // namespace muster
