#include "api/transparency/operations.h"

#include "api/transparency/handlers.h"

namespace muster {
namespace {

Operation make_operation(std::string_view id,
                         std::string_view path,
                         OperationHandler handler,
                         std::vector<int> statuses) {
  Operation operation;
  operation.id = id;
  operation.method = Method::kGet;
  operation.pattern = "/log/{tid}" + std::string{path};
  operation.family = ApiFamily::kMuster;
  operation.handler = handler;
  // Signing and reading hundreds of hashes take longer than a connection's thread should be busy.
  operation.work = Work::kScan;
  // Whoever writes may check what became of it.
  operation.any_workspace = true;
  operation.statuses = std::move(statuses);
  return operation;
}

}  // namespace

std::span<const Operation> transparency_operations() {
  static const std::vector<Operation> kTable = [] {
    std::vector<Operation> table{
        make_operation("getCheckpoint", "/checkpoint", get_checkpoint, {200, 401, 403, 429}),
        make_operation("getLogKey", "/key", get_log_key, {200, 401, 403, 429}),
        make_operation("getTile", "/tile/{level}/{tile...}", get_tile, {200, 401, 403, 404, 429}),
        make_operation(
            "getEntries", "/tile/entries/{tile...}", get_entries, {200, 401, 403, 404, 429}),
        make_operation("getProof", "/proof/{position}", get_proof, {200, 401, 403, 404, 429}),
        make_operation(
            "proveInclusion", "/proof/inclusion", prove_inclusion, {200, 400, 401, 403, 422, 429}),
        make_operation("proveConsistency",
                       "/proof/consistency",
                       prove_consistency,
                       {200, 400, 401, 403, 422, 429}),
        make_operation("getLogEpochs", "/epochs", get_log_epochs, {200, 401, 403, 429}),
    };
    table[3].permission = Permission::kReadHistory;
    return table;
  }();
  return kTable;
}

}  // namespace muster
