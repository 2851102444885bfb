#include "api/openapi/components.h"

#include <set>
#include <utility>

#include "api/openapi/resources.h"

namespace muster {
namespace {

constexpr std::string_view kInfo = "info.json";
constexpr std::string_view kFolder = "components/";
constexpr std::string_view kPointer = "#/components/";

using Part = std::pair<std::string, std::string>;  // kind, name

/// What a text of JSON points to. No text of ours spells a pointer in prose.
std::vector<Part> references_in(std::string_view json) {
  std::vector<Part> found;
  for (auto at = json.find(kPointer); at != std::string_view::npos; at = json.find(kPointer, at)) {
    at += kPointer.size();
    const auto slash = json.find('/', at);
    const auto quote = json.find('"', at);
    found.emplace_back(json.substr(at, slash - at), json.substr(slash + 1, quote - slash - 1));
  }
  return found;
}

}  // namespace

Components::Components() {
  for (const Resource& resource : openapi_resources()) {
    const bool is_info = resource.name == kInfo;
    if (!is_info && !resource.name.starts_with(kFolder)) {
      continue;
    }
    auto parsed = parse_json(resource.json);
    check(parsed.has_value(), "a part of the OpenAPI document is no JSON");
    if (is_info) {
      files_.insert(files_.begin(), std::move(*parsed));
      continue;
    }
    for (const auto& [kind, parts] : parsed->root().members()) {
      for (const auto& [name, part] : parts.members()) {
        const bool is_new = kinds_[std::string{kind}].emplace(name, part.minified()).second;
        check(is_new, "two parts of the OpenAPI document have one name");
      }
    }
  }
}

JsonValue Components::info(std::string_view member) const {
  const auto found = files_.front().root().find(member);
  check(found.has_value(), "info.json lacks a member");
  return *found;
}

bool Components::has(std::string_view kind, std::string_view name) const {
  const auto parts = kinds_.find(kind);
  return parts != kinds_.end() && parts->second.contains(name);
}

void Components::write_reference(JsonWriter& writer, std::string_view kind, std::string_view name) {
  std::string pointer{kPointer};
  pointer.append(kind).append("/").append(name);
  writer.begin_object();
  writer.member("$ref", pointer);
  writer.end_object();
}

void Components::write(JsonWriter& writer, std::string_view document) const {
  std::vector<Part> open = references_in(document);
  std::set<Part> used;
  while (!open.empty()) {
    Part part = std::move(open.back());
    open.pop_back();
    check(has(part.first, part.second), "the OpenAPI document points to a part that is not there");
    const auto [place, is_new] = used.insert(std::move(part));
    if (is_new) {
      const auto more = references_in(kinds_.at(place->first).at(place->second));
      open.insert(open.end(), more.begin(), more.end());
    }
  }
  writer.key("components");
  writer.begin_object();
  for (const auto& [kind, parts] : kinds_) {
    writer.key(kind);
    writer.begin_object();
    for (const auto& [name, json] : parts) {
      if (used.contains({kind, name})) {
        writer.raw_member(name, json);
      }
    }
    writer.end_object();
  }
  writer.raw_member("securitySchemes", info("securitySchemes").minified());
  writer.end_object();
}

}  // namespace muster
