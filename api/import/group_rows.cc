#include "api/import/group_rows.h"

#include <utility>
#include <vector>

#include "api/import/line_rows.h"
#include "api/import/object_reader.h"
#include "api/import/text.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

GroupRow parse_row(std::string_view text, std::uint64_t line) {
  auto document = parse_json(text);
  if (!document) {
    return RowFailure{.line = line, .key = {}, .failure = std::move(document).error()};
  }
  std::vector<Fault> faults;
  ObjectReader row{document->root(), "", faults};
  GroupRow result;
  if (row.has("group_id")) {
    ImportedMember member;
    member.group_id = row.required_text("group_id");
    member.user_id = row.required_text("user_id");
    member.line = line;
    result = std::move(member);
  } else {
    ImportedGroup group;
    group.id = row.required_text("id");
    group.name = row.required_text("name");
    group.description = row.text("description");
    group.parent_id = row.text("parent_id");
    group.line = line;
    result = std::move(group);
  }
  if (faults.empty()) {
    return result;
  }
  Failure why = failure(Errc::kInvalid,
                        "invalid_row",
                        "the row is neither a group nor a membership: " + faults[0].reason);
  why.faults = std::move(faults);
  return RowFailure{.line = line, .key = {}, .failure = std::move(why)};
}

}  // namespace

std::optional<GroupRow> GroupRowReader::next() {
  return next_row<GroupRow>(lines_, parse_row);
}

std::string to_ndjson(const ImportedGroup& group) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("id", group.id);
  writer.member("name", group.name);
  writer.member("description", group.description);
  writer.member("parent_id", group.parent_id);
  writer.end_object();
  return json;
}

std::string to_ndjson(const ImportedMember& member) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("group_id", member.group_id);
  writer.member("user_id", member.user_id);
  writer.end_object();
  return json;
}

}  // namespace muster
