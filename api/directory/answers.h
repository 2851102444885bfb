/// Answers that several operations share.
#pragma once

#include <optional>

#include "api/directory/operation.h"
#include "engine/core/json_writer.h"

namespace muster {

/// `{"<name>":[...]}`, each element written by `append(out, element)`; with a total, `"total":n`
/// follows: how many there are on all pages.
template <class List, class Append>
std::string list_document(std::string_view name,
                          const List& list,
                          const Append& append,
                          std::optional<std::uint64_t> total = std::nullopt) {
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
  if (total) {
    writer.member("total", *total);
  }
  writer.end_object();
  return json;
}

/// A tag of an answer's bytes, for what has no revision.
std::string digest_etag(const Context& context, std::string_view json);
/// `{"users":[ExtendedUser,...]}`; in the admin family with an entity tag made of its bytes, for
/// conditional requests: a list has no revision.
Result<Response> user_list_response(const Context& context,
                                    const std::vector<UserState>& users,
                                    std::optional<std::uint64_t> total = {});

/// `[Group,...]`.
Result<Response> group_list_response(const Context& context, const std::vector<GroupState>& groups);

/// UserWithData as it is stored.
Response user_response(const Context& context, const UserRow& row);

/// The same without metadata.
Result<Response> base_user_response(const Context& context, const UserState& user);

/// 204.
Result<Response> answer_empty(const Context& context, const Accepted& accepted);
/// 204 with the ETag of what was changed.
Result<Response> answer_changed(const Context& context, const Accepted& accepted);
/// UserWithData: 200 and 201.
Result<Response> answer_user(const Context& context, const Accepted& accepted);
Result<Response> answer_new_user(const Context& context, const Accepted& accepted);
/// BaseUserWithData: 200 and 201.
Result<Response> answer_b2b_user(const Context& context, const Accepted& accepted);
Result<Response> answer_new_b2b_user(const Context& context, const Accepted& accepted);

/// The answer shows values of this user.
void note_shown(const Context& context, const StreamHead& user);

}  // namespace muster
