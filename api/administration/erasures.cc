#include "api/server/erasures.h"

#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/server/erase_person.h"

namespace muster {

Result<Step> erase_stream(const Context& context) {
  const auto stream = Uuid::parse(context.request.path_parameter("streamID"));
  if (!stream) {
    return not_found("user");
  }
  Prepared prepared;
  MUSTER_TRY(prepared.decide,
             prepare_erase_person(context.services.log,
                                  context.services.domain.sealer,
                                  {context.log(), StreamId{*stream}}));
  return Step{std::move(prepared)};
}

Result<Response> answer_erasure(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const auto person,
             context.services.erasures.find(context.point, context.log(), accepted.stream));
  if (!person) {
    return not_found("user");
  }
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("stream", accepted.stream.text());
  writer.member("step", name_of(context.services.erasures.progress(*person).step));
  writer.end_object();
  Response response = json_response(std::move(json));
  response.status = 202;
  response.add_header(
      "Location",
      "/audit/" + std::string{context.tenant()} + "/erasures/" + accepted.stream.text());
  response.add_header("Cache-Control", "no-store");
  return response;
}

}  // namespace muster
