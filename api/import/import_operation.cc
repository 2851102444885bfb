#include "api/import/import_operation.h"

#include <mutex>
#include <sstream>

#include "api/http/bounds.h"
#include "api/import/group_rows.h"
#include "api/import/group_writer.h"
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

Result<ImportTarget> target_of(const Context& context) {
  std::string pool_id{context.request.path_parameter("ipID")};
  MUSTER_TRY(const auto pool,
             context.services.catalog.find_pool(context.point, context.log(), pool_id));
  if (!pool) {
    return failure(Errc::kNotFound, "pool_not_found", "there is no such pool");
  }
  Origin origin;
  origin.client = context.caller.client;
  origin.request_id = context.request.request_id;
  return ImportTarget{context.log(), std::move(pool_id), std::move(origin)};
}

Response answer_of(const Outcomes& outcomes) {
  Response response;
  response.content_type = kNdjsonType;
  response.body = outcomes.render();
  return response;
}

Result<Step> import_users(const Context& context) {
  MUSTER_TRY(ImportTarget target, target_of(context));
  Outcomes outcomes;
  std::istringstream body{context.request.body};
  NdjsonReader reader{body};
  {
    Importer importer{context.services, std::move(target), 2};
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
  return Step{answer_of(outcomes)};
}

Result<Step> import_groups(const Context& context) {
  MUSTER_TRY(ImportTarget target, target_of(context));
  Outcomes outcomes;
  std::istringstream body{context.request.body};
  GroupRowReader reader{body};
  {
    GroupWriter writer{context.services, std::move(target)};
    while (auto row = reader.next()) {
      if (auto* refused = std::get_if<RowFailure>(&*row)) {
        outcomes.set(outcomes.add(refused->line), std::move(refused->failure));
      } else if (const auto* group = std::get_if<ImportedGroup>(&*row)) {
        outcomes.set(outcomes.add(group->line), writer.put_group(*group));
      } else {
        const auto& member = std::get<ImportedMember>(*row);
        const std::size_t index = outcomes.add(member.line);
        writer.add_member(member, [&outcomes, index](Result<ImportOutcome> outcome) {
          outcomes.set(index, std::move(outcome));
        });
      }
    }
  }
  return Step{answer_of(outcomes)};
}

Operation import_into_pool(std::string_view id,
                           std::string_view kind,
                           OperationHandler handler,
                           Permission permission) {
  Operation import;
  import.id = id;
  import.method = Method::kPost;
  import.pattern = "/api/identity/{tid}/system/pools/{ipID}/" + std::string{kind} + "/import";
  import.family = ApiFamily::kSystem;
  import.handler = handler;
  import.permission = permission;
  import.work = Work::kHashing;
  import.statuses = {200, 401, 403, 404, 413, 415, 429};
  import.options = {{kNdjsonType}, kImportBodyBytes};
  return import;
}

}  // namespace

std::span<const Operation> import_operations() {
  static const std::vector<Operation> kOperations{
      import_into_pool("importUsers", "users", &import_users, Permission::kManageUsers),
      import_into_pool("importGroups", "groups", &import_groups, Permission::kManageGroups)};
  return kOperations;
}

}  // namespace muster
