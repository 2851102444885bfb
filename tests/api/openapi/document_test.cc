#include "api/openapi/document.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "api/openapi/descriptions.h"
#include "api/openapi/served.h"
#include "tests/api/openapi/document.h"

namespace muster::test {
namespace {

namespace json = boost::json;

std::vector<const Operation*> served() {
  std::vector<const Operation*> all;
  for (const std::span<const Operation> table : served_operations()) {
    for (const Operation& operation : table) {
      all.push_back(&operation);
    }
  }
  return all;
}

json::value document() {
  return json::parse(render_openapi());
}

std::vector<const json::value*> operations_of(const json::value& document) {
  std::vector<const json::value*> all;
  for (const auto& [pattern, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      all.push_back(&operation);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every operation that is served is described") {
  const Descriptions descriptions;
  for (const Operation* operation : served()) {
    INFO(operation->id << " wants an object in a file of api/openapi/operations");
    CHECK(descriptions.find(operation->family, operation->id) != nullptr);
  }
}

TEST_CASE("every description is of an operation that is served") {
  const Descriptions descriptions;
  const auto operations = served();
  for (const auto& [family_and_id, description] : descriptions.all()) {
    const auto& [family, id] = family_and_id;
    const bool is_served = std::ranges::any_of(operations, [&](const Operation* operation) {
      return operation->family == family && operation->id == id;
    });
    INFO(id);
    CHECK(is_served);
  }
}

TEST_CASE("an operation has one id in the document, and no other has it") {
  const json::value whole = document();
  std::set<std::string> ids;
  for (const json::value* operation : operations_of(whole)) {
    const std::string id{text(*operation, "operationId")};
    INFO(id);
    CHECK(ids.insert(id).second);
    CHECK(!text(*operation, "summary").empty());
  }
  CHECK(ids.size() == served().size());
  CHECK(ids.contains("setPasswordState"));
  CHECK(ids.contains("systemSetPasswordState"));
}

TEST_CASE("the document declares every variable of a path and no parameter twice") {
  const json::value whole = document();
  for (const Operation* operation : served()) {
    const auto found =
        find_operation(whole, name_of(operation->method), document_path(operation->pattern));
    REQUIRE(found.has_value());
    REQUIRE(found->operation != nullptr);
    INFO(operation->id);
    const std::string pattern = document_path(operation->pattern);
    std::set<std::string> names;
    for (const std::string& name : parameters_in(whole, *found->operation, "path")) {
      CHECK(pattern.find("{" + name + "}") != std::string::npos);
      CHECK(names.insert(name).second);
    }
    CHECK(static_cast<std::ptrdiff_t>(names.size()) == std::ranges::count(pattern, '{'));
    names.clear();
    for (const std::string& name : parameters_in(whole, *found->operation, "query")) {
      CHECK(names.insert(name).second);
    }
  }
}

TEST_CASE("the document declares every scheme, scope and tag that its operations use") {
  const json::value whole = document();
  const json::value& schemes = whole.at("components").at("securitySchemes");
  std::set<std::string> tags;
  for (const json::value& tag : whole.at("tags").as_array()) {
    tags.emplace(text(tag, "name"));
  }
  for (const json::value* operation : operations_of(whole)) {
    INFO(text(*operation, "operationId"));
    for (const json::value& way : operation->at("security").as_array()) {
      for (const auto& [name, scopes] : way.as_object()) {
        const json::value& flow = schemes.at(name).at("flows").at("clientCredentials");
        for (const json::value& scope : scopes.as_array()) {
          CHECK(member(flow.at("scopes"), scope.as_string()) != nullptr);
        }
      }
    }
    for (const json::value& tag : operation->at("tags").as_array()) {
      CHECK(tags.contains(std::string{tag.as_string()}));
    }
  }
}

TEST_CASE(
    "an operation that takes a body says how it can be wrong, and of which media type it is") {
  const json::value whole = document();
  for (const json::value* operation : operations_of(whole)) {
    const json::value* body = member(*operation, "requestBody");
    INFO(text(*operation, "operationId"));
    if (body != nullptr) {
      for (const char* status : {"400", "413", "415", "422"}) {
        CHECK(member(operation->at("responses"), status) != nullptr);
      }
    }
  }
  const auto import =
      find_operation(whole, "POST", "/api/identity/default/system/pools/people/users/import");
  REQUIRE(import.has_value());
  const json::value& content = import->operation->at("requestBody").at("content");
  CHECK(member(content, "application/x-ndjson") != nullptr);
}

}  // namespace muster::test
