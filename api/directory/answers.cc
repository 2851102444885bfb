#include "api/directory/answers.h"

#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "projections/documents.h"

namespace muster {

std::string digest_etag(const Context& context, std::string_view json) {
  const Digest digest = context.services.domain.sealer.digest(json);
  return '"' + to_base64url(as_view(digest).substr(0, 16)) + '"';
}

void note_shown(const Context& context, const StreamHead& user) {
  if (context.shown != nullptr) {
    context.shown->push_back(user.stream);
  }
}

Result<Response> user_list_response(const Context& context,
                                    const std::vector<UserState>& users,
                                    std::optional<std::uint64_t> total) {
  std::string json = list_document(
      "users",
      users,
      [&](std::string& out, const UserState& user) {
        note_shown(context, user.head);
        append_extended_user(out, context.tenant(), user);
      },
      total);
  const bool is_system = context.caller.workspace == kSystemWorkspace;
  const std::string etag = is_system ? std::string{} : digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  if (!etag.empty()) {
    response.add_header("ETag", etag);
  }
  return response;
}

Result<Response> group_list_response(const Context& context,
                                     const std::vector<GroupState>& groups) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_array();
  for (const GroupState& group : groups) {
    std::string one;
    append_group(one, context.tenant(), group);
    writer.raw(one);
  }
  writer.end_array();
  return context.services.answers.json(std::move(json));
}

Response user_response(const Context& context, const UserRow& row) {
  note_shown(context, row.head());
  Response response = shared_json_response(row.bytes, row.document());
  response.add_header("ETag", make_etag(context.point.epoch, row.head()));
  return response;
}

Result<Response> base_user_response(const Context& context, const UserState& user) {
  std::string json;
  note_shown(context, user.head);
  append_user(json, context.tenant(), user, UserForm::kBase);
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(context.point.epoch, user.head));
  return response;
}

Result<Response> answer_b2b_user(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  return base_user_response(context, user);
}

Result<Response> answer_new_b2b_user(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_b2b_user(context, accepted));
  response.status = 201;
  return response;
}

Result<Response> answer_empty(const Context&, const Accepted&) {
  return empty_response();
}

Result<Response> answer_changed(const Context&, const Accepted& accepted) {
  Response response = empty_response();
  response.add_header("ETag", make_etag(accepted));
  return response;
}

Result<Response> answer_user(const Context& context, const Accepted& accepted) {
  Response response;
  if (accepted.replayed) {
    MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
    std::string json;
    append_user(json, context.tenant(), user);
    response = json_response(std::move(json));
  } else {
    check(accepted.row != nullptr, "a command left no row to answer with");
    response = shared_json_response(accepted.row, document_in(*accepted.row));
  }
  response.add_header("ETag", make_etag(accepted));
  return response;
}

Result<Response> answer_new_user(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_user(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
