#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"
#include "engine/text/fold.h"
#include "projections/documents.h"

namespace muster {
namespace {

Response address_response(const Context& context,
                          const Accepted& accepted,
                          const UserState& user,
                          const Address& address) {
  std::string json;
  append_address(json, context.tenant(), user, address);
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(accepted));
  return response;
}

/// The address that a command found under `value`: by its spelling, or by its folded form in a pool
/// that ignores case, where no two addresses of a user share one.
const Address* find_address(const UserState& user, const std::string& value) {
  if (const Address* exact = user.find_address(value)) {
    return exact;
  }
  const std::string folded = fold(std::string_view{value});
  for (const Address& address : user.addresses) {
    if (folded_form(address) == folded) {
      return &address;
    }
  }
  return nullptr;
}

}  // namespace

Result<Step> add_address(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(NewAddress input, read_new_address(context.request));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(
      prepared.decide,
      prepare_add_address(
          context.services.domain, UserTarget{context.log(), *pool, user}, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> update_address(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(UpdateAddress input, read_address_update(context.request));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(
      prepared.decide,
      prepare_update_address(
          context.services.domain, UserTarget{context.log(), *pool, user}, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> remove_address(const Context& context) {
  MUSTER_TRY(std::string value, read_only_text(context.request, "address"));
  Prepared prepared;
  MUSTER_TRY(prepared.precondition, user_precondition(context));
  MUSTER_TRY(prepared.decide, prepare_remove_address(named_user(context), std::move(value)));
  return Step{std::move(prepared)};
}

Result<Response> answer_added_address(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  check(!user.addresses.empty(), "an added address is not there");
  // The newest is the last.
  return address_response(context, accepted, user, user.addresses.back());
}

Result<Response> answer_updated_address(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UpdateAddress asked, read_address_update(context.request));
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  const Address* address = find_address(user, asked.value);
  check(address != nullptr, "an updated address is not there");
  return address_response(context, accepted, user, *address);
}

}  // namespace muster
