#include "api/openapi/document.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "api/openapi/components.h"
#include "api/openapi/descriptions.h"
#include "engine/build/version.h"

namespace muster {
namespace {

constexpr std::string_view kParameters = "parameters";
constexpr std::string_view kResponses = "responses";
constexpr std::string_view kSchemas = "schemas";
constexpr std::string_view kHeaders = "headers";
constexpr std::string_view kLinesType = "application/x-ndjson";

std::vector<std::string> variables_of(std::string_view pattern) {
  std::vector<std::string> names;
  for (auto open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    names.emplace_back(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
  }
  return names;
}

/// Of a variable for the rest of a path.
constexpr std::string_view kRestMark = "...}";

/// One operation with what is said of it.
struct Described {
  const Operation& operation;
  const Description& description;
  std::string id;

  [[nodiscard]] bool takes_body() const {
    return !description.text("body").empty() || !description.text("lines").empty();
  }

  [[nodiscard]] bool is_write() const { return operation.answer != nullptr; }

  [[nodiscard]] bool takes_if_match() const { return description.flag("if_match", true); }

  /// Whether there can be a 304.
  [[nodiscard]] bool is_cacheable() const {
    return operation.method == Method::kGet && description.flag("etag", false);
  }

  [[nodiscard]] int success() const { return operation.statuses.front(); }
};

class Writer {
 public:
  explicit Writer(const Described& described, JsonWriter& json) : one_{described}, json_{json} {}

  void operation() {
    json_.begin_object();
    json_.member("operationId", one_.id);
    json_.key("tags");
    json_.begin_array();
    json_.string(one_.description.tag);
    json_.end_array();
    text("summary");
    text("description");
    if (one_.description.flag("deprecated", false)) {
      json_.member("deprecated", true);
    }
    if (one_.operation.permission) {
      json_.member("x-permission",
                   kPermissionNames[static_cast<std::size_t>(*one_.operation.permission)]);
    }
    security();
    parameters();
    body();
    responses();
    json_.end_object();
  }

 private:
  void text(std::string_view name) {
    const std::string_view value = one_.description.text(name);
    if (!value.empty()) {
      json_.member(name, value);
    }
  }

  void scheme(std::string_view name, std::string_view scope) {
    json_.begin_object();
    json_.key(name);
    json_.begin_array();
    if (!scope.empty()) {
      json_.string(scope);
    }
    json_.end_array();
    json_.end_object();
  }

  /// Any of the listed schemes will do.
  void security() {
    json_.key("security");
    json_.begin_array();
    switch (one_.operation.family) {
      case ApiFamily::kAdmin:
      case ApiFamily::kMuster:
        scheme("admin", {});
        if (one_.operation.any_workspace) {
          scheme("system", {});
        }
        break;
      case ApiFamily::kRoot:
        scheme("root", {});
        break;
      case ApiFamily::kAudit:
        scheme("admin", {});
        scheme("system", name_of(one_.operation.scope));
        break;
      case ApiFamily::kSystem:
        scheme("system", name_of(one_.operation.scope));
        if (one_.operation.scope == Scope::kReadConfiguration) {
          scheme("system", name_of(Scope::kManageConfiguration));
        }
        break;
    }
    json_.end_array();
  }

  void parameter(std::string_view name) { Components::write_reference(json_, kParameters, name); }

  void parameters() {
    json_.key("parameters");
    json_.begin_array();
    for (const std::string& name : variables_of(document_path(one_.operation.pattern))) {
      parameter(name);
    }
    if (const auto query = one_.description.members.find("query")) {
      for (const JsonValue name : query->elements()) {
        parameter(name.as_string());
      }
    }
    if (one_.operation.as_of != AsOf::kNever) {
      parameter("at");
    }
    if (one_.takes_if_match()) {
      parameter("If-Match");
    }
    if (one_.is_cacheable()) {
      parameter("If-None-Match");
    }
    if (!one_.is_write()) {
      parameter("Muster-Min-Position");
    } else {
      parameter("Prefer");
      if (one_.operation.method == Method::kPost) {
        parameter("X-Idempotency-Key");
      }
    }
    json_.end_array();
  }

  /// The member `content`, if there is something: one value, or one value a line.
  void content(std::string_view type, std::string_view whole, std::string_view line) {
    if (whole.empty() && line.empty()) {
      return;
    }
    json_.key("content");
    json_.begin_object();
    json_.key(type);
    json_.begin_object();
    json_.key("schema");
    if (line.empty()) {
      Components::write_reference(json_, kSchemas, whole);
    } else {
      json_.begin_object();
      json_.member("type", "string");
      json_.end_object();
      json_.key("x-line-schema");
      Components::write_reference(json_, kSchemas, line);
    }
    json_.end_object();
    json_.end_object();
  }

  /// The member `content`: text or bytes that no schema tells anything about.
  void bytes(std::string_view type) {
    json_.key("content");
    json_.begin_object();
    json_.key(type);
    json_.begin_object();
    json_.end_object();
    json_.end_object();
  }

  /// The member `content`: one value now, or many while they come.
  void stream(std::string_view batch) {
    json_.key("content");
    json_.begin_object();
    json_.key(kJsonType);
    json_.begin_object();
    json_.key("schema");
    Components::write_reference(json_, kSchemas, batch);
    json_.end_object();
    for (const std::string_view type : {"text/event-stream", "application/x-ndjson"}) {
      json_.key(type);
      json_.begin_object();
      json_.end_object();
    }
    json_.end_object();
  }

  void body() {
    if (!one_.takes_body()) {
      return;
    }
    json_.key("requestBody");
    json_.begin_object();
    json_.member("required", true);
    content(one_.operation.options.media_types.front(),
            one_.description.text("body"),
            one_.description.text("lines"));
    json_.end_object();
  }

  void header(std::string_view name) {
    json_.key(name);
    Components::write_reference(json_, kHeaders, name);
  }

  void success() {
    json_.key(std::to_string(one_.success()));
    json_.begin_object();
    json_.member("description", reason_phrase(one_.success()));
    json_.key("headers");
    json_.begin_object();
    if (one_.description.flag("etag", false)) {
      header("ETag");
    }
    if (one_.operation.as_of != AsOf::kNever) {
      header("Muster-As-Of");
    }
    if (one_.is_write()) {
      header("Muster-Position");
      header("Muster-Receipt");
      header("Muster-Receipt-Leaves");
      if (one_.operation.method == Method::kPost) {
        header("X-Idempotent-Replayed");
      }
    }
    json_.end_object();
    const std::string_view type = one_.description.text("answer_type");
    if (!type.empty()) {
      bytes(type);
    }
    const std::string_view batch = one_.description.text("answer_stream");
    if (!batch.empty()) {
      stream(batch);
    }
    const std::string_view lines = one_.description.text("answer_lines");
    content(lines.empty() ? kJsonType : kLinesType, one_.description.text("answer"), lines);
    json_.end_object();
  }

  /// Everything but success that the operation may answer, beside what HTTP itself refuses.
  [[nodiscard]] std::set<int> refusals() const {
    const Operation& operation = one_.operation;
    std::set<int> statuses{operation.statuses.begin(), operation.statuses.end()};
    statuses.insert({401, 403});
    if (one_.takes_body()) {
      statuses.insert({400, 413, 415, 422});
    }
    statuses.insert(400);  // of the query, an idempotency key, a position
    if (operation.as_of != AsOf::kNever) {
      statuses.insert(422);
    }
    if (variables_of(operation.pattern).size() > 1) {
      statuses.insert(404);
    }
    if (one_.takes_if_match() && one_.description.text("if_match") != "ignored") {
      statuses.insert(412);
    }
    if (one_.is_cacheable()) {
      statuses.insert(304);
    }
    for (const Unsent& unsent : operation.unsent) {
      statuses.erase(unsent.status);
    }
    statuses.insert(429);
    statuses.erase(one_.success());
    return statuses;
  }

  /// Beside the published API refusals have a form of their own.
  void refusal(const std::string& status, const std::string& component) {
    const bool is_ours =
        one_.operation.family == ApiFamily::kMuster || one_.operation.family == ApiFamily::kAudit;
    const bool is_problem = is_ours && status.front() > '3';
    json_.key(status);
    Components::write_reference(json_, kResponses, is_problem ? "problem-" + component : component);
  }

  /// What HTTP itself refuses, whatever the operation, and 410 for repeated requests about somebody
  /// who was erased. By name: a range would let every other status in.
  void general_refusals(const std::set<int>& told) {
    for (const int status : {408, 410, 413, 414, 415, 417, 431}) {
      const bool is_replay = one_.operation.method == Method::kPost && one_.is_write();
      if (!told.contains(status) && (status != 410 || is_replay)) {
        refusal(std::to_string(status), "4XX");
      }
    }
  }

  void responses() {
    json_.key("responses");
    json_.begin_object();
    success();
    const std::set<int> told = refusals();
    for (const int status : told) {
      refusal(std::to_string(status), std::to_string(status));
    }
    general_refusals(told);
    refusal("5XX", "5XX");
    json_.end_object();
  }

  const Described& one_;
  JsonWriter& json_;
};

using Paths = std::map<std::string_view, std::vector<Described>>;

Paths described_paths(OperationTables tables, const Descriptions& descriptions) {
  Paths paths;
  for (const std::span<const Operation> table : tables) {
    for (const Operation& operation : table) {
      const Description* found = descriptions.find(operation.family, operation.id);
      if (found != nullptr) {
        paths[operation.pattern].push_back(
            {operation, *found, descriptions.document_id(operation.family, operation.id)});
      }
    }
  }
  return paths;
}

std::string render_paths(const Paths& paths) {
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  for (const auto& [pattern, operations] : paths) {
    json.key(document_path(pattern));
    json.begin_object();
    for (const Described& described : operations) {
      std::string method{name_of(described.operation.method)};
      std::ranges::transform(
          method, method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
      json.key(method);
      Writer{described, json}.operation();
    }
    json.end_object();
  }
  json.end_object();
  return text;
}

}  // namespace

std::string document_path(std::string_view pattern) {
  std::string path{pattern};
  if (path.ends_with(kRestMark)) {
    path.replace(path.size() - kRestMark.size(), kRestMark.size(), "}");
  }
  return path;
}

std::string render_openapi(OperationTables tables) {
  const Descriptions descriptions;
  const Components components;
  const std::string paths = render_paths(described_paths(tables, descriptions));
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  json.member("openapi", "3.1.0");
  json.key("info");
  json.begin_object();
  for (const auto& [name, value] : components.info("info").members()) {
    json.raw_member(name, value.minified());
  }
  json.member("version", kVersion);
  json.end_object();
  json.raw_member("servers", components.info("servers").minified());
  json.raw_member("tags", components.info("tags").minified());
  json.raw_member("paths", paths);
  components.write(json, paths);
  json.end_object();
  return text;
}

}  // namespace muster
