/// The versions of a schema, from its events.
#include <limits>

#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "projections/document_members.h"

namespace muster {
namespace {

/// One version, and where its event lies.
struct VersionPlace {
  std::uint64_t version = 0;
  Position position{};
};

/// The newest versions below `before`, at most `limit`, the last first. Reads the index of the
/// stream only: of a schema with many versions, events are read for those that are shown.
Result<std::vector<VersionPlace>> find_versions(const Context& context,
                                                const SchemaState& schema,
                                                std::uint64_t before,
                                                std::size_t limit) {
  std::vector<VersionPlace> places;
  std::uint64_t version = schema.version;
  const auto visit = [&](const StreamEntry& entry) {
    if (entry.code == SchemaFitChecked::describe().event.code) {
      return true;  // no version of its own
    }
    if (version < before) {
      places.push_back({version, entry.position});
    }
    --version;
    return version > 0 && places.size() < limit;
  };
  MUSTER_CHECKED(context.services.log.each_entry_back(
      context.log(), schema.head.stream, schema.head.revision, visit));
  return places;
}

/// The schema as it was: an event of a version holds all of it but when the schema was made.
Result<SchemaState> read_version(const Context& context,
                                 const SchemaState& newest,
                                 const VersionPlace& place) {
  MUSTER_TRY(const LoggedEvent logged, context.services.log.read(context.log(), place.position));
  AnyState state{newest};
  evolve(state, logged.meta(), logged.event);
  SchemaState schema = std::get<SchemaState>(std::move(state));
  schema.version = place.version;
  return schema;
}

void append_version(std::string& out, std::string_view tenant, const SchemaState& schema) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("version", schema.version);
  schema_members(writer, tenant, schema);
  instant(writer, "created_at", schema.created);
  instant(writer, "updated_at", schema.updated);
  writer.end_object();
}

}  // namespace

Result<Step> schema_history(const Context& context) {
  MUSTER_TRY(const auto schema, find_schema(context));
  MUSTER_TRY(const std::size_t limit, read_limit(context.request));
  MUSTER_TRY(const auto before, read_number(context.request, "before_version"));
  MUSTER_TRY(
      const auto places,
      find_versions(
          context, *schema, before.value_or(std::numeric_limits<std::uint64_t>::max()), limit));
  std::string json = R"({"versions":[)";
  for (const VersionPlace& place : places) {
    MUSTER_TRY(const SchemaState version, read_version(context, *schema, place));
    json += json.back() == '[' ? "" : ",";
    append_version(json, context.tenant(), version);
  }
  json += "]}";
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  return Step{std::move(response)};
}

}  // namespace muster
