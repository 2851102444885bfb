/// Requests about whole configurations, for the coverage of their operations.
#include "tests/api/directory/root_tenant.h"
#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr std::string_view kTenantPath = "/api/identity/default/configuration";
constexpr std::string_view kOlderPath = "/api/identity/system/default/configuration";
constexpr std::string_view kRootPath = "/api/identity/system/configuration";

struct Scenes {
  std::vector<ConfigurationScene>& out;
  std::string token;

  void add(std::string_view operation,
           ApiFamily family,
           int status,
           std::string_view tells,
           Call call) const {
    call.headers.emplace_back("Authorization", "Bearer " + token);
    out.push_back({family, operation, status, tells, std::move(call)});
  }
};

// clang-format off

void add_common(const Scenes& scenes, ApiFamily family, const std::string& path,
                std::string_view get, std::string_view put, std::string_view patch) {
  const std::string pool =
      R"({"pools":[{"tenant_id":"default","id":"dump","name":"dump"}],"users":[{"tenant_id":"default","user_pool_id":"dump","id":"ann"},{"tenant_id":"default","user_pool_id":"dump","id":"bob"}],)"
      R"("user_identifiers":[{"tenant_id":"default","user_pool_id":"dump","user_id":"ann","identifier":"ann"}]})";
  scenes.add(put, family, 204, "a configuration is imported", {Method::kPut, path, pool});
  scenes.add(put, family, 400, "an array is none", {Method::kPut, path, R"({"users":7})"});
  scenes.add(put, family, 409, "an identifier is somebody else's", {Method::kPut, path,
      R"({"user_identifiers":[{"tenant_id":"default","user_pool_id":"dump","user_id":"bob","identifier":"ann"}]})"});
  scenes.add(put, family, 422, "an entry names a pool that there is not", {Method::kPut, path,
      R"({"users":[{"tenant_id":"default","user_pool_id":"none","id":"x"}]})"});
  scenes.add(get, family, 200, "a configuration is exported", {Method::kGet, path});
  scenes.add(get, family, 400, "a position cannot be read",
             {Method::kGet, path, {}, {{"Muster-Min-Position", "x"}}});
  scenes.add(patch, family, 204, "a patch is applied", {Method::kPatch, path,
      R"([{"op":"test","path":"/codes","value":[]}])"});
  scenes.add(patch, family, 400, "an operation is unknown", {Method::kPatch, path,
      R"([{"op":"jump","path":""}])"});
  scenes.add(patch, family, 422, "a test fails", {Method::kPatch, path,
      R"([{"op":"test","path":"/codes","value":7}])"});
}

// clang-format on

}  // namespace

std::vector<ConfigurationScene> configuration_scenes(Stack& stack) {
  std::vector<ConfigurationScene> out;
  const Scenes tenant{out, stack.token("system")};
  add_common(tenant,
             ApiFamily::kSystem,
             std::string{kTenantPath},
             "exportTenantConfiguration",
             "importTenantConfiguration",
             "patchTenantConfiguration");
  const std::string older{kOlderPath};
  tenant.add("exportTenantConfigurationOlder",
             ApiFamily::kSystem,
             200,
             "a configuration is exported",
             {Method::kGet, older});
  tenant.add("importTenantConfigurationOlder",
             ApiFamily::kSystem,
             204,
             "a configuration is imported",
             {Method::kPut, older, "{}"});
  tenant.add("patchTenantConfigurationOlder",
             ApiFamily::kSystem,
             204,
             "a patch is applied",
             {Method::kPatch, older, "[]"});
  const Scenes root{out, root_token(stack)};
  const std::string path{kRootPath};
  add_common(root,
             ApiFamily::kRoot,
             path,
             "exportConfiguration",
             "importConfiguration",
             "patchConfiguration");
  root.add("exportConfiguration",
           ApiFamily::kRoot,
           404,
           "there is no such tenant",
           {Method::kGet, path + "?tid=nobody"});
  root.add("patchConfiguration",
           ApiFamily::kRoot,
           404,
           "there is no such tenant",
           {Method::kPatch, path + "?tid=nobody", "[]"});
  return out;
}

}  // namespace muster::test
