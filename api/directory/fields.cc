#include "api/directory/fields.h"

namespace muster {

Result<void> BodyFaults::done() const {
  MUSTER_CHECKED(types.done("invalid_body", Errc::kInvalidSyntax));
  return values.done("invalid_request");
}

Result<JsonDocument> parse_body(const Request& request) {
  if (request.body.empty()) {
    return failure_at(Errc::kInvalidSyntax, "missing_body", "", "the request needs a JSON body");
  }
  MUSTER_TRY(JsonDocument body, parse_json(request.body));
  if (!body.root().is_object()) {
    return failure_at(Errc::kInvalidSyntax, "invalid_body", "", "must be an object");
  }
  return body;
}

std::string Fields::at(std::string_view name) const {
  std::string pointer = pointer_;
  append_pointer_token(pointer, name);
  return pointer;
}

void Fields::require(std::string_view name) const {
  faults_.values.add(at(name), "required", "must be given");
}

std::string Fields::text(std::string_view name) const {
  const auto member = object_.find_set(name);
  if (!member) {
    return {};
  }
  if (!member->is_string()) {
    faults_.types.add(at(name), "type", "must be a string");
    return {};
  }
  return std::string{member->as_string()};
}

std::string Fields::required_text(std::string_view name) const {
  std::string value = text(name);
  if (value.empty()) {
    require(name);
  }
  return value;
}

bool Fields::flag(std::string_view name) const {
  const auto member = object_.find_set(name);
  if (member && !member->is_bool()) {
    faults_.types.add(at(name), "type", "must be a boolean");
  }
  return member && member->flag().value_or(false);
}

bool Fields::required_flag(std::string_view name) const {
  if (!has(name)) {
    require(name);
  }
  return flag(name);
}

JsonText Fields::object(std::string_view name) const {
  const auto member = object_.find_set(name);
  if (!member) {
    return {};
  }
  if (!member->is_object()) {
    faults_.types.add(at(name), "type", "must be an object");
    return {};
  }
  return JsonText{member->minified()};
}

JsonText Fields::array(std::string_view name) const {
  const auto member = object_.find_set(name);
  if (!member) {
    return {};
  }
  if (!member->is_array()) {
    faults_.types.add(at(name), "type", "must be an array");
    return {};
  }
  return JsonText{member->minified()};
}

std::vector<std::string> Fields::texts(std::string_view name) const {
  std::vector<std::string> found;
  const auto member = object_.find_set(name);
  if (!member) {
    return found;
  }
  if (!member->is_array()) {
    faults_.types.add(at(name), "type", "must be an array");
    return found;
  }
  for (const JsonValue element : member->elements()) {
    if (!element.is_string()) {
      faults_.types.add(at(name) + "/" + std::to_string(found.size()), "type", "must be a string");
    }
    found.emplace_back(element.text().value_or(std::string_view{}));
  }
  return found;
}

std::vector<Fields> Fields::elements(std::string_view name) const {
  std::vector<Fields> found;
  const auto member = object_.find_set(name);
  if (!member) {
    return found;
  }
  if (!member->is_array()) {
    faults_.types.add(at(name), "type", "must be an array");
    return found;
  }
  found.reserve(member->size());
  for (const JsonValue element : member->elements()) {
    std::string pointer = at(name) + "/" + std::to_string(found.size());
    if (!element.is_object()) {
      faults_.types.add(pointer, "type", "must be an object");
    }
    found.emplace_back(element, std::move(pointer), faults_);
  }
  return found;
}

}  // namespace muster
