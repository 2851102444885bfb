#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"
#include "projections/documents.h"

namespace muster {

Result<Step> add_identifier(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(NewIdentifier input, read_new_identifier(context.request));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(
      prepared.decide,
      prepare_add_identifier(
          context.services.domain, UserTarget{context.log(), *pool, user}, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> remove_identifier(const Context& context) {
  MUSTER_TRY(std::string value, read_only_text(context.request, "identifier"));
  Prepared prepared;
  MUSTER_TRY(prepared.precondition, user_precondition(context));
  MUSTER_TRY(prepared.decide, prepare_remove_identifier(named_user(context), std::move(value)));
  return Step{std::move(prepared)};
}

Result<Response> answer_added_identifier(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  check(!user.identifiers.empty(), "an added identifier is not there");
  std::string json;
  // The newest is the last.
  append_identifier(json, context.tenant(), user, user.identifiers.back());
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(accepted));
  return response;
}

}  // namespace muster
