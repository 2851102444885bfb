/// What the OpenAPI document says of an operation beside what the table of operations knows.
///
/// Each file operations/<tag>.json is an array of objects:
///
///   admin, system, muster, root   the operation's id in that family; two families may share one
///                                 description, where they say the same
///   summary, description          text
///   query                         names of components of kind parameter
///   body                          name of the schema of the body; none: the operation takes none
///   lines                         the same for each line of a body of lines
///   answer, answer_lines          the same for the answer that is no refusal
///   answer_type                   media type of an answer that is no JSON
///   etag                          true: that answer carries an ETag
///   if_match                      "ignored": a published parameter without effect, because the
///                                 path names nothing that has an ETag; false: no parameter at all
///   deprecated                    true: there is a better one
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/directory/operation.h"
#include "engine/core/json.h"

namespace muster {

struct Description {
  std::string_view tag;
  JsonValue members;

  /// Empty when there is none.
  [[nodiscard]] std::string_view text(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise) const;
};

class Descriptions {
 public:
  Descriptions();

  /// Null when nobody has described the operation.
  [[nodiscard]] const Description* find(ApiFamily family, std::string_view id) const;

  using Ids = std::map<std::pair<ApiFamily, std::string_view>, Description>;

  /// By family and id.
  [[nodiscard]] const Ids& all() const { return by_id_; }

  /// The operationId in the document, where ids of all families are one name space: an id that the
  /// admin family has too gets the prefix `system`, like most of that family have anyway.
  [[nodiscard]] std::string document_id(ApiFamily family, std::string_view id) const;

 private:
  std::vector<JsonDocument> files_;
  Ids by_id_;
};

}  // namespace muster
