#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/table/table.h"
#include "api/http/bounds.h"

namespace muster {
namespace {

constexpr std::string_view kPath = "/api/identity/{tid}/configuration";
constexpr std::string_view kOlderPath = "/api/identity/system/{tid}/configuration";
constexpr std::string_view kRootPath = "/api/identity/system/configuration";

constexpr Unsent kOnlyTheTenant{404, "the path names only the tenant, whose token the caller has"};
constexpr Unsent kNothingSent{422, "the request says nothing that could be unacceptable"};

Operation export_operation(std::string_view id, std::string_view path, OperationHandler handler) {
  Operation operation;
  operation.id = id;
  operation.pattern = path;
  operation.family = ApiFamily::kSystem;
  operation.handler = handler;
  operation.scope = Scope::kReadConfiguration;
  operation.permission = Permission::kReadConfiguration;
  operation.work = Work::kScan;
  operation.statuses = {200, 400, 401, 403, 404, 422, 429};
  operation.unsent = {kNothingSent};
  return operation;
}

Operation import_operation(std::string_view id, std::string_view path, OperationHandler handler) {
  Operation operation = export_operation(id, path, handler);
  operation.method = Method::kPut;
  operation.scope = Scope::kManageConfiguration;
  operation.permission = Permission::kManageConfiguration;
  operation.work = Work::kHashing;  // sealing a hundred users takes milliseconds
  operation.statuses = {204, 400, 401, 403, 404, 409, 422, 429};
  operation.unsent = {};
  operation.options.body_bytes_max = kImportBodyBytes;
  operation.answer = answer_empty;
  return operation;
}

Operation patch_operation(std::string_view id, std::string_view path, OperationHandler handler) {
  Operation operation = import_operation(id, path, handler);
  operation.method = Method::kPatch;
  operation.statuses = {204, 400, 401, 403, 404, 422, 429};
  operation.options.media_types = {"application/json", "application/json-patch+json"};
  return operation;
}

void add_for_tenant(std::vector<Operation>& table, Operation operation) {
  operation.unsent.push_back(kOnlyTheTenant);
  table.push_back(std::move(operation));
}

/// The path that clients of earlier versions use; shown to work, not to be complete.
void add_older(std::vector<Operation>& table, Operation operation) {
  operation.statuses = {operation.method == Method::kGet ? 200 : 204, 401, 403};
  operation.unsent = {};
  table.push_back(std::move(operation));
}

void add_for_root(std::vector<Operation>& table, Operation operation) {
  operation.family = ApiFamily::kRoot;
  table.push_back(std::move(operation));
}

}  // namespace

void add_configuration_operations(std::vector<Operation>& table) {
  add_for_tenant(table, export_operation("exportTenantConfiguration", kPath, export_configuration));
  add_for_tenant(table, import_operation("importTenantConfiguration", kPath, import_configuration));
  add_for_tenant(table, patch_operation("patchTenantConfiguration", kPath, patch_configuration));
  add_older(table,
            export_operation("exportTenantConfigurationOlder", kOlderPath, export_configuration));
  add_older(table,
            import_operation("importTenantConfigurationOlder", kOlderPath, import_configuration));
  add_older(table,
            patch_operation("patchTenantConfigurationOlder", kOlderPath, patch_configuration));
  add_for_root(table, export_operation("exportConfiguration", kRootPath, export_any_configuration));
  Operation import = import_operation("importConfiguration", kRootPath, import_any_configuration);
  import.unsent = {{ 404, "entries say their tenant, and an unknown one is unacceptable" }};
  add_for_root(table, std::move(import));
  add_for_root(table, patch_operation("patchConfiguration", kRootPath, patch_any_configuration));
}

}  // namespace muster
