#include "api/openapi/descriptions.h"

#include <array>

#include "api/openapi/resources.h"

namespace muster {
namespace {

constexpr std::string_view kFolder = "operations/";
constexpr std::string_view kSuffix = ".json";

constexpr std::array<std::pair<std::string_view, ApiFamily>, 5> kFamilies{{
    {"admin", ApiFamily::kAdmin},
    {"system", ApiFamily::kSystem},
    {"muster", ApiFamily::kMuster},
    {"root", ApiFamily::kRoot},
    {"audit", ApiFamily::kAudit},
}};

}  // namespace

std::string_view Description::text(std::string_view name) const {
  const auto member = members.find(name);
  return member ? member->text().value_or(std::string_view{}) : std::string_view{};
}

bool Description::flag(std::string_view name, bool otherwise) const {
  const auto member = members.find(name);
  return member ? member->flag().value_or(otherwise) : otherwise;
}

Descriptions::Descriptions() {
  for (const Resource& resource : openapi_resources()) {
    if (!resource.name.starts_with(kFolder)) {
      continue;
    }
    auto parsed = parse_json(resource.json);
    check(parsed.has_value(), "a description of operations is no JSON");
    files_.push_back(std::move(*parsed));
    std::string_view tag = resource.name.substr(kFolder.size());
    tag.remove_suffix(kSuffix.size());
    for (const JsonValue members : files_.back().root().elements()) {
      const Description description{tag, members};
      for (const auto& [name, family] : kFamilies) {
        const std::string_view id = description.text(name);
        if (!id.empty()) {
          by_id_.insert({{family, id}, description});
        }
      }
    }
  }
}

const Description* Descriptions::find(ApiFamily family, std::string_view id) const {
  const auto found = by_id_.find({family, id});
  return found == by_id_.end() ? nullptr : &found->second;
}

std::string Descriptions::document_id(ApiFamily family, std::string_view id) const {
  std::string name{id};
  if (family == ApiFamily::kSystem && find(ApiFamily::kAdmin, id) != nullptr) {
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    name.insert(0, "system");
  }
  return name;
}

}  // namespace muster
