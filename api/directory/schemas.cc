#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "projections/documents.h"

namespace muster {
namespace {

Response schema_response(const Context& context, const SchemaState& schema) {
  std::string json;
  append_schema(json, context.tenant(), schema);
  Response response = json_response(std::move(json));
  response.add_header("ETag", make_etag(context.point.epoch, schema.head));
  return response;
}

}  // namespace

Result<Step> list_schemas(const Context& context) {
  MUSTER_TRY(const auto schemas,
             context.services.directory.list_schemas(context.point, context.log()));
  std::string json =
      list_document("schemas", schemas, [&](std::string& out, const SchemaState& schema) {
        append_schema(out, context.tenant(), schema);
      });
  const std::string etag = digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("ETag", etag);
  return Step{std::move(response)};
}

Result<Step> create_schema(const Context& context) {
  MUSTER_TRY(CreateSchema input, read_schema(context.request));
  input.log = context.log();
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_create_schema(context.services.domain, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> get_schema(const Context& context) {
  MUSTER_TRY(const auto schema, find_schema(context));
  return Step{schema_response(context, *schema)};
}

Result<Step> update_schema(const Context& context) {
  MUSTER_TRY(CreateSchema body, read_schema(context.request));
  Prepared prepared;
  prepared.precondition = schema_address(context);
  // The path says which schema it is, not the body (N-11).
  MUSTER_TRY(prepared.decide,
             prepare_replace_schema(context.services.domain,
                                    {context.log(),
                                     prepared.precondition->id,
                                     std::move(body.name),
                                     std::move(body.description),
                                     std::move(body.schema),
                                     body.system}));
  return Step{std::move(prepared)};
}

Result<Step> delete_schema(const Context& context) {
  Prepared prepared;
  prepared.precondition = schema_address(context);
  MUSTER_TRY(prepared.decide, prepare_delete_schema({context.log(), prepared.precondition->id}));
  return Step{std::move(prepared)};
}

Result<Response> answer_schema(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const SchemaState schema, state_after<SchemaState>(context, accepted));
  return schema_response(context, schema);
}

Result<Response> answer_new_schema(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_schema(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
