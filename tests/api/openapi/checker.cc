#include "tests/api/openapi/checker.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/api/openapi/document.h"

namespace muster::test {
namespace {

namespace json = boost::json;

/// How the schemas of the document are understood.
enum class Reading {
  kAnswer,   // no member that is not documented
  kRequest,  // any optional member may be null
};

/// An object of one member. Boost.JSON takes braces around one pair for an array.
json::value object_of(std::string_view name, json::value member) {
  json::object object;
  object.emplace(name, std::move(member));
  return object;
}

using Change = void (*)(json::object& schema);

/// Applies `change` to a schema and all that lie in it.
void walk(json::value& schema, Change change) {
  auto* object = schema.if_object();
  if (object == nullptr) {
    return;
  }
  if (auto* properties = object->if_contains("properties")) {
    for (auto& [name, property] : properties->as_object()) {
      walk(property, change);
    }
  }
  for (const std::string_view below : {"items", "additionalProperties"}) {
    if (auto* one = object->if_contains(below)) {
      walk(*one, change);
    }
  }
  if (auto* either = object->if_contains("anyOf")) {
    for (json::value& one : either->as_array()) {
      walk(one, change);
    }
  }
  change(*object);
}

void close(json::object& schema) {
  if (schema.contains("properties") && !schema.contains("additionalProperties")) {
    schema["additionalProperties"] = false;
  }
}

void let_null_in(json::object& schema) {
  auto* properties = schema.if_contains("properties");
  if (properties == nullptr) {
    return;
  }
  const auto* required = schema.if_contains("required");
  for (auto& [name, property] : properties->as_object()) {
    if (required == nullptr || std::ranges::count(required->as_array(), json::value(name)) == 0) {
      property = object_of("anyOf", json::array{property, object_of("type", "null")});
    }
  }
}

std::string_view media_type(std::string_view content_type) {
  return content_type.substr(0, content_type.find(';'));
}

}  // namespace

class Checker::Impl {
 public:
  explicit Impl(std::string_view document) : document_(json::parse(document)) {
    for (const auto& [reading, change] :
         {std::pair{Reading::kAnswer, &close}, std::pair{Reading::kRequest, &let_null_in}}) {
      json::value schemas = document_.at("components").at("schemas");
      for (auto& [name, schema] : schemas.as_object()) {
        walk(schema, change);
      }
      schemas_[reading] = std::move(schemas);
    }
  }

  std::vector<std::string> faults(const Exchange& exchange) {
    const std::lock_guard lock{mutex_};
    faults_.clear();
    const std::string_view path = exchange.target.substr(0, exchange.target.find('?'));
    const bool is_ours = path.starts_with("/api/identity/") || path.starts_with("/api/muster/") ||
                         path.starts_with("/audit/");
    if (!is_ours || exchange.method == "HEAD" || exchange.method == "OPTIONS") {
      return {};
    }
    const auto found = find_operation(document_, exchange.method, path);
    if (!found || found->operation == nullptr) {
      // What is not there must not have answered, except that it is not there.
      if (exchange.status != (found ? 405 : 404)) {
        add("is not documented");
      }
    } else {
      if (exchange.status < 300) {
        check_request(*found->operation, exchange);
      }
      check_answer(*found->operation, exchange);
    }
    for (std::string& fault : faults_) {
      fault = std::string{exchange.method} + " " + std::string{path} + " answers " +
              std::to_string(exchange.status) + ": " + fault;
    }
    return std::move(faults_);
  }

 private:
  void add(std::string fault) { faults_.push_back(std::move(fault)); }

  void check_request(const json::value& operation, const Exchange& exchange) {
    const auto known = parameters_in(document_, operation, "query");
    const auto question = exchange.target.find('?');
    std::string_view query =
        question == std::string_view::npos ? "" : exchange.target.substr(question + 1);
    while (!query.empty()) {
      const std::string_view pair = query.substr(0, query.find('&'));
      query.remove_prefix(std::min(pair.size() + 1, query.size()));
      const std::string name{pair.substr(0, pair.find('='))};
      if (std::ranges::count(known, name) == 0) {
        add("the query parameter " + name + " is not documented");
      }
    }
    const json::value* body = member(operation, "requestBody");
    if (body == nullptr) {
      return;
    }
    for (const auto& [type, content] : body->at("content").as_object()) {
      if (member(content, "x-line-schema") == nullptr) {
        check_body("body", content.at("schema"), exchange.body, Reading::kRequest);
      }
    }
  }

  void check_answer(const json::value& operation, const Exchange& exchange) {
    const json::value& answers = operation.at("responses");
    const json::value* answer = member(answers, std::to_string(exchange.status));
    if (answer == nullptr) {
      answer = member(answers, general_name(exchange.status));
    }
    if (answer == nullptr) {
      add("the status is not documented");
      return;
    }
    answer = &resolved(document_, *answer);
    check_headers(*answer, exchange);
    const json::value* content = member(*answer, "content");
    if (content == nullptr) {
      if (!exchange.answer.empty()) {
        add("the answer has a body, which is not documented");
      }
      return;
    }
    const json::value* body = member(*content, media_type(exchange.content_type));
    if (body == nullptr) {
      add("the media type " + std::string{exchange.content_type} + " is not documented");
    } else if (member(*body, "schema") == nullptr) {
      return;  // a stream of many
    } else if (const json::value* line = member(*body, "x-line-schema")) {
      check_lines(*line, exchange.answer);
    } else {
      check_body("answer", body->at("schema"), exchange.answer, Reading::kAnswer);
    }
  }

  /// Of refusals every status is documented; of failures those two are, as one.
  static std::string_view general_name(int status) {
    return status == 500 || status == 503 ? "5XX" : "";
  }

  void check_headers(const json::value& answer, const Exchange& exchange) {
    const json::value* headers = member(answer, "headers");
    if (headers == nullptr || !exchange.header) {
      return;
    }
    for (const auto& [name, node] : headers->as_object()) {
      const json::value* required = member(resolved(document_, node), "required");
      if (required != nullptr && required->as_bool() && exchange.header(name).empty()) {
        add("the header " + std::string{name} + " is missing");
      }
    }
  }

  void check_lines(const json::value& schema, std::string_view lines) {
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      lines.remove_prefix(std::min(line.size() + 1, lines.size()));
      check_body("line", schema, line, Reading::kAnswer);
    }
  }

  void check_body(std::string_view what,
                  const json::value& schema,
                  std::string_view text_of_body,
                  Reading reading) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 128;
    const json::value body = json::parse(text_of_body, error, {}, options);
    if (error) {
      add("the " + std::string{what} + " is no JSON");
      return;
    }
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::BoostJsonAdapter target{body};
    if (!validator.validate(compiled(text(schema, "$ref"), reading), target, &results)) {
      for (const auto& result : results) {
        std::string place;
        for (const std::string& step : result.context) {
          place += step;
        }
        add("the " + std::string{what} + " at " + place + ": " + result.description);
      }
    }
  }

  const valijson::Schema& compiled(std::string_view pointer, Reading reading) {
    auto& schema = compiled_[{std::string{pointer}, reading}];
    if (schema == nullptr) {
      json::value root = object_of("components", object_of("schemas", schemas_[reading]));
      root.as_object().emplace("$ref", pointer);
      schema = std::make_unique<valijson::Schema>();
      valijson::SchemaParser{}.populateSchema(valijson::adapters::BoostJsonAdapter{root}, *schema);
    }
    return *schema;
  }

  std::mutex mutex_;
  json::value document_;
  std::map<Reading, json::value> schemas_;
  std::map<std::pair<std::string, Reading>, std::unique_ptr<valijson::Schema>> compiled_;
  std::vector<std::string> faults_;
};

Checker::Checker(std::string_view document) : impl_{std::make_unique<Impl>(document)} {}

Checker::~Checker() = default;

std::vector<std::string> Checker::faults(const Exchange& exchange) {
  return impl_->faults(exchange);
}

void Checker::check(const Exchange& exchange) {
  std::string all;
  for (const std::string& fault : faults(exchange)) {
    all += fault + "\n";
  }
  if (!all.empty()) {
    throw std::runtime_error{all + std::string{exchange.body} + "\n" +
                             std::string{exchange.answer}};
  }
}

}  // namespace muster::test
