/// Groups and memberships as lines of NDJSON, which is how they go over HTTP:
///
///   {"id":"..","name":"..","description":"..","parent_id":".."}
///   {"group_id":"..","user_id":".."}
///
/// A line with `group_id` is a membership. Unknown members are ignored and null means absent, as in
/// the API. One thread.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <variant>

#include "api/import/imported_group.h"
#include "api/import/line_source.h"

namespace muster {

using GroupRow = std::variant<ImportedGroup, ImportedMember, RowFailure>;

class GroupRowReader {
 public:
  /// `input` must outlive this object.
  explicit GroupRowReader(std::istream& input) : lines_{input} {}

  /// Nothing at the end. Blank lines are passed over.
  std::optional<GroupRow> next();

 private:
  LineSource lines_;
};

[[nodiscard]] std::string to_ndjson(const ImportedGroup& group);
[[nodiscard]] std::string to_ndjson(const ImportedMember& member);

}  // namespace muster
