#include "api/import/import_operation.h"

#include <mutex>
#include <sstream>

#include "api/http/bounds.h"
#include "api/import/importer.h"
#include "api/import/ndjson_reader.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

constexpr std::string_view kNdjsonType = "application/x-ndjson";

/// Outcomes of one request, in the order of its rows.
class Outcomes {
 public:
  std::size_t add(std::uint64_t line) {
    const std::lock_guard lock{mutex_};
    rows_.push_back({line, failure(Errc::kUnknownOutcome, "unknown")});
    return rows_.size() - 1;
  }

  void set(std::size_t index, Result<ImportOutcome> outcome) {
    const std::lock_guard lock{mutex_};
    rows_[index].outcome = std::move(outcome);
  }

  [[nodiscard]] std::string render() const {
    std::string out;
    for (const Row& row : rows_) {
      render_row(out, row);
    }
    return out;
  }

 private:
  struct Row {
    std::uint64_t line;
    Result<ImportOutcome> outcome;
  };

  static void render_row(std::string& out, const Row& row) {
    JsonWriter writer{out};
    writer.begin_object();
    writer.member("line", row.line);
    if (row.outcome) {
      writer.member("outcome", name_of(*row.outcome));
    } else {
      const Failure& refused = row.outcome.error();
      writer.member("outcome", "failed");
      writer.member("error_code", refused.rule);
      writer.member("reason", refused.faults.empty() ? refused.reason : refused.faults[0].reason);
      writer.member("pointer", refused.faults.empty() ? "" : refused.faults[0].pointer);
    }
    writer.end_object();
    out.push_back('\n');
  }

  std::mutex mutex_;
  std::vector<Row> rows_;
};

Result<Step> import_users(const Context& context) {
  const std::string pool_id{context.request.path_parameter("ipID")};
  MUSTER_TRY(const auto pool,
             context.services.catalog.find_pool(context.point, context.log(), pool_id));
  if (!pool) {
    return failure(Errc::kNotFound, "pool_not_found", "there is no such pool");
  }
  Origin origin;
  origin.client = context.caller.client;
  origin.request_id = context.request.request_id;
  Outcomes outcomes;
  std::istringstream body{context.request.body};
  NdjsonReader reader{body};
  {
    Importer importer{context.services, {context.log(), pool_id, std::move(origin)}, 2};
    while (auto record = reader.next()) {
      if (auto* refused = std::get_if<RowFailure>(&*record)) {
        outcomes.set(outcomes.add(refused->line), std::move(refused->failure));
        continue;
      }
      auto& user = std::get<ImportedUser>(*record);
      const std::size_t index = outcomes.add(user.line);
      importer.apply(std::move(user), [&outcomes, index](Result<ImportOutcome> outcome) {
        outcomes.set(index, std::move(outcome));
      });
    }
  }
  Response response;
  response.content_type = kNdjsonType;
  response.body = outcomes.render();
  return Step{std::move(response)};
}

}  // namespace

std::span<const Operation> import_operations() {
  static const std::vector<Operation> kOperations = [] {
    Operation import;
    import.id = "importUsers";
    import.method = Method::kPost;
    import.pattern = "/api/identity/{tid}/system/pools/{ipID}/users/import";
    import.family = ApiFamily::kSystem;
    import.handler = &import_users;
    import.permission = Permission::kManageUsers;
    import.work = Work::kHashing;
    import.statuses = {200, 401, 403, 404, 413, 415, 429};
    import.options = {{kNdjsonType}, kImportBodyBytes};
    return std::vector{std::move(import)};
  }();
  return kOperations;
}

}  // namespace muster
