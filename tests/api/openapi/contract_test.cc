#include <algorithm>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "api/openapi/descriptions.h"
#include "api/openapi/document.h"
#include "api/openapi/served.h"
#include "tests/api/openapi/document.h"
#include "tests/api/openapi/published.h"

namespace muster::test {
namespace {

namespace json = boost::json;

/// Where we differ on purpose: how a difference begins, and why.
struct Exception {
  std::string_view difference;
  std::string_view reason;
};

constexpr Exception kExceptions[]{
    {"BaseExtendedUser/erased is added", "as of an earlier moment only (?at=)"},
    {"BaseUserWithData/erased is added", "as of an earlier moment only (?at=)"},
    {"ExtendedUser/erased is added", "as of an earlier moment only (?at=)"},
    {"UserWithData/erased is added", "as of an earlier moment only (?at=)"},
    {"Group/user_pool_id is not promised", "one schema for both ways; answers always have it"},
    {"Pool/tenant_id is not promised", "the path says it; exports always have it"},
    {"Rfc6902PatchOperation/from is added", "move and copy need it (RFC 6902)"},
    {"Rfc6902PatchOperation/op is required", "RFC 6902 section 4"},
    {"Rfc6902PatchOperation/path is required", "RFC 6902 section 4"},
    {"Rfc6902PatchOperation/value is not of type object", "RFC 6902: any JSON"},
    {"Dump/workspaces is added", "so that an export can be imported elsewhere (N-70)"},
    {"TenantDump/workspaces is added", "so that an export can be imported elsewhere (N-70)"},
    {"Pool/connected_workspaces is added", "in configurations only (N-70)"},
    {"Pool/user_deletion is added", "policy of erasing, when it was chosen"},
    {"PoolResponse/user_deletion is added", "policy of erasing, when it was chosen"},
    {"User/unfit is added", "in configurations only (N-70)"},
    {"B2BUsers/total is added", "on request only: with_total"},
    {"Pools/total is added", "on request only: with_total"},
    {"Users/total is added", "on request only: with_total"},
    {"Schema/tenant_id is not promised", "one schema for both ways; answers always have it"},
    {"VerifyPasswordResponseDataV2/state adds",
     "there is no state without user or password (N-31)"},
    {"SupportedJSONSchema/minimum is not of type integer", "JSON Schema takes any number"},
    {"SupportedJSONSchema/maximum is not of type integer", "JSON Schema takes any number"},
    {"SupportedJSONSchema/exclusiveMinimum is not of type integer", "JSON Schema takes any number"},
    {"SupportedJSONSchema/exclusiveMaximum is not of type integer", "JSON Schema takes any number"},
    {"SupportedJSONSchema/multipleOf is not of type integer", "JSON Schema takes any number"},
};

/// Parameters that operations have beyond the published ones.
constexpr std::string_view kOwnParameters[]{
    "path tid",  // the published files print one tenant's paths
    "header if-match",
    "header if-none-match",
    "header muster-min-position",
    "header prefer",
    "header x-idempotency-key",
    "query at",
    "query erase",
    "query with_total",
};

json::value read_list() {
  std::ifstream file{"tests/api/openapi/contract.json"};
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

ApiFamily family_of(std::string_view name) {
  return name == "admin" ? ApiFamily::kAdmin
                         : (name == "system" ? ApiFamily::kSystem : ApiFamily::kRoot);
}

std::string lower(std::string_view name) {
  std::string result{name};
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::set<std::string> published_parameters(const json::value& operation) {
  std::set<std::string> rows;
  for (const json::value& row : operation.at("parameters").as_array()) {
    rows.emplace(row.as_string());
  }
  return rows;
}

/// In the form of the list: "query limit optional integer".
std::set<std::string> parameter_rows(const json::value& document, const json::value& operation) {
  std::set<std::string> rows;
  for (const json::value& node : operation.at("parameters").as_array()) {
    const json::value& parameter = resolved(document, node);
    const std::string place{text(parameter, "in")};
    const std::string name{text(parameter, "name")};
    const json::value* required = member(parameter, "required");
    rows.insert(place + " " + (place == "header" ? lower(name) : name) +
                (required != nullptr && required->as_bool() ? " required " : " optional ") +
                std::string{text(parameter.at("schema"), "type")});
  }
  return rows;
}

bool is_own(const std::string& row) {
  return std::ranges::any_of(kOwnParameters, [&](std::string_view own) {
    return row.starts_with(std::string{own} + " ");
  });
}

const Operation* served(ApiFamily family, std::string_view id) {
  for (const std::span<const Operation> table : served_operations()) {
    for (const Operation& operation : table) {
      if (operation.family == family && operation.id == id) {
        return &operation;
      }
    }
  }
  return nullptr;
}

/// One published operation beside ours.
struct Pair {
  const json::value& list;
  const json::value& published;
  const json::value& document;
  const json::value& ours;
  const Operation& served;
};

void compare_parameters(const Pair& pair) {
  const auto published = published_parameters(pair.published);
  const auto ours = parameter_rows(pair.document, pair.ours);
  for (const std::string& row : published) {
    INFO("published: " << row);
    CHECK(ours.contains(row));
  }
  for (const std::string& row : ours) {
    INFO("ours: " << row);
    CHECK((published.contains(row) || is_own(row)));
  }
}

void compare_statuses(const Pair& pair) {
  std::vector<int> published;
  for (const auto& [status, answer] : pair.published.at("answers").as_object()) {
    const std::string name{status};
    published.push_back(std::stoi(name));
    const bool unsent =
        std::ranges::count(pair.served.unsent, published.back(), &Unsent::status) != 0;
    INFO("published: " << name);
    CHECK((unsent || member(pair.ours.at("responses"), name) != nullptr));
  }
  std::ranges::sort(published);
  CHECK(pair.served.statuses == published);
}

const json::value* json_schema(const json::value& body) {
  const json::value* content = member(body, "content");
  return content == nullptr ? nullptr : member(content->at("application/json"), "schema");
}

void compare_bodies(const Pair& pair, std::set<std::string>& differences) {
  const std::string family{text(pair.published, "family")};
  TypeComparison types{pair.list.at("schemas").at(family), pair.document};
  const json::value* wanted = member(pair.published, "body");
  const json::value* body = member(pair.ours, "requestBody");
  REQUIRE((wanted == nullptr) == (body == nullptr));
  if (wanted != nullptr) {
    types.compare(*wanted, *json_schema(*body), Side::kRequest);
  }
  for (const auto& [status, answer] : pair.published.at("answers").as_object()) {
    const json::value* node = member(pair.ours.at("responses"), status);
    if (node == nullptr) {
      continue;  // see compare_statuses
    }
    const json::value& ours = resolved(pair.document, *node);
    const json::value* schema = member(answer, "body");
    INFO("status " << std::string_view{status});
    REQUIRE((schema == nullptr) == (json_schema(ours) == nullptr));
    if (schema != nullptr) {
      types.compare(*schema, *json_schema(ours), Side::kAnswer);
    }
    if (member(answer, "headers") != nullptr) {  // always the one
      CHECK(member(ours.at("headers"), "ETag") != nullptr);
    }
  }
  differences.insert(types.differences().begin(), types.differences().end());
}

}  // namespace

TEST_CASE("the document says what the published files say of every operation that is served") {
  const json::value list = read_list();
  const json::value document = json::parse(render_openapi());
  const Descriptions descriptions;
  std::set<std::string> differences;
  std::size_t compared = 0;
  for (const json::value& published : list.at("operations").as_array()) {
    const std::string_view id = text(published, "id");
    const ApiFamily family = family_of(text(published, "family"));
    const Operation* operation = served(family, id);
    if (operation == nullptr) {
      continue;
    }
    INFO(text(published, "family") << ' ' << id);
    ++compared;
    const std::string pattern{text(published, "path")};
    const json::value* item = member(document.at("paths"), pattern);
    REQUIRE(item != nullptr);
    const json::value* ours = member(*item, lower(text(published, "method")));
    REQUIRE(ours != nullptr);
    CHECK(text(*ours, "operationId") == descriptions.document_id(family, id));
    const Pair pair{list, published, document, *ours, *operation};
    compare_parameters(pair);
    compare_statuses(pair);
    compare_bodies(pair, differences);
  }
  CHECK(compared >= 30);

  std::set<std::string_view> used;
  for (const std::string& difference : differences) {
    const auto* exception = std::ranges::find_if(kExceptions, [&](const Exception& one) {
      return std::string_view{difference}.starts_with(one.difference);
    });
    INFO(difference);
    CHECK(exception != std::end(kExceptions));
    if (exception != std::end(kExceptions)) {
      used.insert(exception->difference);
    }
  }
  for (const Exception& exception : kExceptions) {
    INFO(exception.difference << " (" << exception.reason << ") is no difference any more");
    CHECK(used.contains(exception.difference));
  }
}

}  // namespace muster::test
