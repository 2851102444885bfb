#include "api/audit/reader.h"

#include <vector>

#include "api/audit/question.h"
#include "api/directory/access.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "api/server/read_recorder.h"

namespace muster {
namespace {

Result<Permissions> permissions_of(const Context& context) {
  if (context.caller.administers_tenant) {
    return Permissions::all();
  }
  if (context.request.path_parameter("ipID").empty()) {
    return permissions_in_tenant(context);
  }
  MUSTER_TRY(const auto pool, find_pool(context));
  return permissions_on(context, *pool);
}

}  // namespace

Result<HistoryReader> HistoryReader::of(const Context& context) {
  HistoryReader reader{context};
  MUSTER_TRY(const Permissions permissions, permissions_of(context));
  reader.shows_personal_ = permissions.has(Permission::kReadPersonalHistory);
  return reader;
}

Result<void> HistoryReader::note(std::string_view operation) const {
  const std::vector<StreamId> persons{persons_.begin(), persons_.end()};
  return context_.services.read_recorder.note(context_.caller, operation, persons);
}

Result<Step> HistoryReader::answer(std::string_view operation, std::string json) const {
  MUSTER_CHECKED(note(operation));
  MUSTER_TRY(Response response, context_.services.answers.json(std::move(json)));
  response.add_header("Cache-Control", "no-store");
  return Step{std::move(response)};
}

Result<std::string> HistoryReader::client_id(StreamId client) {
  if (const auto known = client_ids_.find(client); known != client_ids_.end()) {
    return known->second;
  }
  const LogView view = log_view(context_);
  std::string id;
  std::optional<std::uint64_t> first;
  MUSTER_CHECKED(
      view.reader.each_entry_back(view.log, client, Revision{1}, [&](const StreamEntry& entry) {
        first = raw(entry.position);
        return false;
      }));
  if (first && *first < view.size) {
    MUSTER_TRY(const std::string open_part, open_part_at(view, *first));
    MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
    const auto member = parsed.data().find("id");
    id = member ? member->text().value_or("") : "";
  }
  client_ids_.emplace(client, id);
  return id;
}

}  // namespace muster
