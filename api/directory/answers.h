/// Answers that several operations share.
#pragma once

#include "api/directory/operation.h"
#include "engine/core/json_writer.h"

namespace muster {

/// `{"<name>":[...]}`, each element written by `append(out, element)`.
template <class List, class Append>
std::string list_document(std::string_view name, const List& list, const Append& append) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.key(name);
  writer.begin_array();
  for (const auto& element : list) {
    std::string one;
    append(one, element);
    writer.raw(one);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

/// `{"users":[ExtendedUser,...]}`; in the admin family with an entity tag made of its bytes, for
/// conditional requests: a list has no revision.
Result<Response> user_list_response(const Context& context, const std::vector<UserState>& users);

/// `[Group,...]`.
Result<Response> group_list_response(const Context& context, const std::vector<GroupState>& groups);

/// UserWithData as it is stored.
Response user_response(const Context& context, const UserRow& row);

/// 204.
Result<Response> answer_empty(const Context& context, const Accepted& accepted);
/// 204 with the ETag of what was changed.
Result<Response> answer_changed(const Context& context, const Accepted& accepted);
/// UserWithData: 200 and 201.
Result<Response> answer_user(const Context& context, const Accepted& accepted);
Result<Response> answer_new_user(const Context& context, const Accepted& accepted);

}  // namespace muster
