#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/fields.h"
#include "api/directory/handlers.h"
#include "api/directory/subjects.h"

namespace muster {
namespace {

/// What {metadataType} names.
struct MetadataKind {
  std::string_view type;
  Permission read;
  Permission manage;
  JsonText UserState::*value;
  std::string UserState::*schema_id;
  JsonText UserValues::*asked;
};

constexpr std::array kKinds{MetadataKind{"admin",
                                         Permission::kB2bReadAdminMetadata,
                                         Permission::kB2bManageAdminMetadata,
                                         &UserState::metadata,
                                         &UserState::metadata_schema_id,
                                         &UserValues::metadata},
                            MetadataKind{"business",
                                         Permission::kB2bReadBusinessMetadata,
                                         Permission::kB2bManageBusinessMetadata,
                                         &UserState::business_metadata,
                                         &UserState::business_metadata_schema_id,
                                         &UserValues::business_metadata}};

Result<const MetadataKind*> kind_of(const Context& context) {
  const auto* const kind = std::ranges::find(
      kKinds, context.request.path_parameter("metadataType"), &MetadataKind::type);
  if (kind == kKinds.end()) {
    return failure_at(
        Errc::kInvalidSyntax, "invalid_parameter", "metadataType", "must be admin or business");
  }
  return kind;
}

Response metadata_response(const Context& context,
                           const MetadataKind& kind,
                           const UserState& user) {
  note_shown(context, user.head);
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  const JsonText& value = user.*kind.value;
  writer.raw_member("metadata", value.empty() ? std::string_view{"{}"} : value.text);
  if (!(user.*kind.schema_id).empty()) {
    writer.member("schema_id", user.*kind.schema_id);
  }
  writer.end_object();
  return json_response(std::move(json));
}

}  // namespace

Result<Step> get_user_metadata(const Context& context) {
  MUSTER_TRY(const MetadataKind* kind, kind_of(context));
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_CHECKED(check_permission(context, *pool, kind->read));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  Response response = metadata_response(context, *kind, user);
  response.add_header("ETag", make_etag(context.point.epoch, row.head()));
  return Step{std::move(response)};
}

Result<Step> set_user_metadata(const Context& context) {
  MUSTER_TRY(const MetadataKind* kind, kind_of(context));
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_CHECKED(check_permission(context, *pool, kind->manage));
  MUSTER_TRY(const JsonDocument body, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{body.root(), "", faults};
  ReplaceUser changes;
  changes.values.*kind->asked = fields.object("metadata");
  if (!fields.has("metadata")) {
    faults.values.add("/metadata", "required", "must be given");
  }
  MUSTER_CHECKED(faults.done());
  return replace_user(context, std::move(changes));
}

Result<Response> answer_user_metadata(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const MetadataKind* kind, kind_of(context));
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  Response response = metadata_response(context, *kind, user);
  response.add_header("ETag", make_etag(accepted));
  return response;
}

}  // namespace muster
