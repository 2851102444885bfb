#include "api/import/object_reader.h"

#include <utility>

namespace muster {

ObjectReader::ObjectReader(JsonValue object, std::string pointer, std::vector<Fault>& faults)
    : object_{object}, pointer_{std::move(pointer)}, faults_{faults} {
  if (!object_.is_object()) {
    add_fault(pointer_, "type", "must be an object");
  }
}

std::string ObjectReader::text(std::string_view name) {
  const auto value = object_.find_set(name);
  if (!value) {
    return {};
  }
  if (!value->is_string()) {
    wrong(name, "type", "must be a string");
    return {};
  }
  return std::string{value->as_string()};
}

std::string ObjectReader::required_text(std::string_view name) {
  if (!object_.find_set(name)) {
    wrong(name, "required", "is missing");
  }
  return text(name);
}

bool ObjectReader::flag(std::string_view name) {
  const auto value = object_.find_set(name);
  if (value && !value->is_bool()) {
    wrong(name, "type", "must be true or false");
  }
  return value && value->flag().value_or(false);
}

std::uint32_t ObjectReader::count(std::string_view name) {
  const auto value = object_.find_set(name);
  if (!value) {
    return 0;
  }
  const auto whole = value->whole();
  if (!whole || *whole < 0 || *whole > std::int64_t{UINT32_MAX}) {
    wrong(name, "type", "must be a whole number of a sensible size");
    return 0;
  }
  return static_cast<std::uint32_t>(*whole);
}

std::string ObjectReader::object_json(std::string_view name) {
  const auto value = object_.find_set(name);
  if (value && !value->is_object()) {
    wrong(name, "type", "must be an object");
  }
  return value && value->is_object() ? value->minified() : std::string{};
}

std::string ObjectReader::hash_json(std::string_view name) {
  const auto value = object_.find_set(name);
  if (value && !value->is_object() && !value->is_string()) {
    wrong(name, "type", "must be a hash object or a string");
  }
  return value ? value->minified() : std::string{};
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name) {
  const auto value = object_.find_set(name);
  if (!value) {
    return std::nullopt;
  }
  ObjectReader reader{*value, pointer_to(name), faults_};
  return value->is_object() ? std::optional{std::move(reader)} : std::nullopt;
}

std::vector<JsonValue> ObjectReader::elements(std::string_view name) {
  const auto array = object_.find_set(name);
  if (array && !array->is_array()) {
    wrong(name, "type", "must be an array");
  }
  std::vector<JsonValue> result;
  if (array) {
    for (const JsonValue element : array->elements()) {
      result.push_back(element);
    }
  }
  return result;
}

void ObjectReader::wrong(std::string_view name, std::string_view rule, std::string_view reason) {
  add_fault(pointer_to(name), rule, reason);
}

std::string ObjectReader::pointer_to(std::string_view name) const {
  std::string result = pointer_;
  append_pointer_token(result, name);
  return result;
}

void ObjectReader::add_fault(std::string pointer, std::string_view rule, std::string_view reason) {
  if (faults_.size() < kFaultsMax) {
    faults_.push_back({std::move(pointer), std::string{rule}, std::string{reason}});
  }
}

RowFailure refused_row(std::uint64_t line, std::string key, std::vector<Fault> faults) {
  Failure why =
      failure(Errc::kInvalid, "invalid_row", "the row is not a user: " + faults[0].reason);
  why.faults = std::move(faults);
  return {.line = line, .key = std::move(key), .failure = std::move(why)};
}

}  // namespace muster
