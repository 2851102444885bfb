#include "tests/api/openapi/published.h"

#include "tests/api/openapi/document.h"

namespace muster::test {
namespace {

namespace json = boost::json;

bool has_type(const json::value& schema, std::string_view type) {
  const json::value* types = member(schema, "type");
  if (types == nullptr) {
    return false;
  }
  if (const auto* list = types->if_array()) {
    for (const json::value& one : *list) {
      if (one.as_string() == type) {
        return true;
      }
    }
    return false;
  }
  return types->as_string() == type;
}

std::set<std::string> names_in(const json::value* list) {
  std::set<std::string> names;
  if (list != nullptr) {
    for (const json::value& name : list->as_array()) {
      names.emplace(name.as_string());
    }
  }
  return names;
}

std::set<std::string> members_of(const json::value* object) {
  std::set<std::string> names;
  if (object != nullptr) {
    for (const auto& [name, value] : object->as_object()) {
      names.emplace(name);
    }
  }
  return names;
}

}  // namespace

void TypeComparison::compare(const json::value& published, const json::value& ours, Side side) {
  side_ = side;
  compare_at("", published, ours);
}

void TypeComparison::compare_at(const std::string& place,
                                const json::value& published,
                                const json::value& node) {
  const json::value& ours = resolved(document_, node);
  if (published.is_string()) {
    const std::string_view type = published.get_string();
    if (!type.starts_with('#')) {
      compare_text(place, type, ours);
    } else if (seen_.emplace(std::string{type}, side_).second) {
      const std::string name{type.substr(1)};
      compare_at(name, schemas_.at(name), ours);
    }
  } else if (const auto* list = published.if_array()) {
    if (!has_type(ours, "array")) {
      differ(place, "is no array");
    } else {
      compare_at(place + "/*", list->at(0), ours.at("items"));
    }
  } else if (const auto* values = member(published, "enum")) {
    compare_enum(place, values->as_array(), ours);
  } else if (const auto* value = member(published, "map")) {
    const json::value* each = member(ours, "additionalProperties");
    if (each == nullptr || !each->is_object()) {
      differ(place, "is no map");
    } else {
      compare_at(place + "/*", *value, *each);
    }
  } else {
    compare_fields(place, published, ours);
  }
}

void TypeComparison::compare_text(const std::string& place,
                                  std::string_view type,
                                  const json::value& ours) {
  const std::string_view name = type.substr(0, type.find(' '));
  const std::string_view format = name == type ? "" : type.substr(name.size() + 1);
  if (name == "any") {
    return;
  }
  if (!has_type(ours, name)) {
    differ(place, "is not of type " + std::string{name});
  } else if (text(ours, "format") != format) {
    differ(place, "is not of format " + std::string{format});
  } else if (member(ours, "enum") != nullptr) {
    differ(place, "takes some strings only");
  }
}

void TypeComparison::compare_enum(const std::string& place,
                                  const json::array& values,
                                  const json::value& ours) {
  const json::value published(values);
  const auto wanted = names_in(&published);
  const auto has = names_in(member(ours, "enum"));
  for (const std::string& value : wanted) {
    if (!has.contains(value)) {
      differ(place, "lacks the value " + value);
    }
  }
  for (const std::string& value : has) {
    if (!wanted.contains(value)) {
      differ(place, "adds the value '" + value + "'");
    }
  }
}

void TypeComparison::compare_fields(const std::string& place,
                                    const json::value& published,
                                    const json::value& ours) {
  if (!has_type(ours, "object")) {
    differ(place, "is no object");
    return;
  }
  const json::value* properties = member(ours, "properties");
  const auto has = members_of(properties);
  for (const auto& [name, type] : published.at("fields").as_object()) {
    if (has.contains(name)) {
      compare_at(place + "/" + std::string{name}, type, properties->at(name));
    } else {
      differ(place + "/" + std::string{name}, "is missing");
    }
  }
  const json::value& fields = published.at("fields");
  for (const std::string& name : has) {
    if (member(fields, name) == nullptr) {
      differ(place + "/" + name, "is added");
    }
  }
  compare_required(place, published, ours);
}

/// A request may ask for less than published, an answer may promise more.
void TypeComparison::compare_required(const std::string& place,
                                      const json::value& published,
                                      const json::value& ours) {
  const auto wanted = names_in(member(published, "required"));
  const auto has = names_in(member(ours, "required"));
  if (side_ == Side::kRequest) {
    for (const std::string& name : has) {
      if (!wanted.contains(name)) {
        differ(place + "/" + name, "is required");
      }
    }
  } else {
    for (const std::string& name : wanted) {
      if (!has.contains(name)) {
        differ(place + "/" + name, "is not promised");
      }
    }
  }
}

}  // namespace muster::test
