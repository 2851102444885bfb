#include "tests/api/directory/stack.h"

#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

#include "api/openapi/document.h"
#include "api/openapi/served.h"
#include "api/server/bootstrap.h"
#include "engine/core/json.h"
#include "storage/system_clock.h"
#include "tests/api/openapi/checker.h"

namespace muster::test {
namespace {

constexpr std::string_view kPublicUrl = "http://directory.test";

template <class T>
T must(Result<T> result, std::string_view what) {
  if (!result) {
    throw std::runtime_error{std::string{what} + ": " + result.error().rule + " " +
                             result.error().reason};
  }
  return std::move(*result);
}

void must_succeed(const Response& response) {
  if (response.status >= 300) {
    throw std::runtime_error{"a test's preparation failed: " + std::string{response.bytes()}};
  }
}

/// The answer with the whole of a streamed body.
Response whole(Response response) {
  if (!response.source()) {
    return response;
  }
  for (bool last = false; !last;) {
    const auto promise = std::make_shared<std::promise<Result<BodyPiece>>>();
    auto piece = promise->get_future();
    response.source()->next(
        [promise](Result<BodyPiece> made) { promise->set_value(std::move(made)); });
    const BodyPiece taken = must(piece.get(), "a piece");
    response.body += taken.bytes;
    last = taken.last;
  }
  response.stream(nullptr);
  return response;
}

ClientFile read_client(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  const JsonDocument json = must(parse_json(text.str()), path.string());
  const auto member = [&](std::string_view name) {
    return std::string{json.root().find(name)->as_string()};
  };
  return {member("client_id"), member("client_secret"), member("token_url")};
}

/// The value that an escaped pointer leads to.
std::optional<JsonValue> resolve(JsonValue value, std::string_view pointer) {
  std::optional<JsonValue> here = value;
  while (here && !pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    const std::string token{pointer.substr(0, end)};
    pointer.remove_prefix(end);
    if (here->is_array()) {
      const std::size_t wanted = std::stoul(token);
      std::size_t index = 0;
      std::optional<JsonValue> found;
      for (const JsonValue element : here->elements()) {
        if (index++ == wanted) {
          found = element;
        }
      }
      here = found;
    } else {
      here = here->find(token);
    }
  }
  return here;
}

}  // namespace

Micros SteeredClock::now() {
  return Micros{raw(SystemClock{}.now()) + ahead_us_};
}

Micros SteeredClock::boot_time() {
  return Micros{raw(SystemClock{}.boot_time()) + ahead_us_};
}

Stack::Stack(StackOptions options) : options_{std::move(options)} {
  open();
  admin_token_ = token(kAdminWorkspace);
  system_token_ = token(kSystemWorkspace);
}

void Stack::close() {
  router_ = Router{};
  instance_->set_deliveries(nullptr);
  webhooks_.reset();
  if (const auto closed = instance_->close(); !closed) {
    throw std::runtime_error{"close: " + closed.error().rule};
  }
  instance_.reset();
}

void Stack::restart(const std::function<void()>& between) {
  close();
  if (between) {
    between();
  }
  open();
}

void Stack::open() {
  InstanceOptions instance;
  instance.directory.path = data();
  instance.directory.create = true;
  instance.directory.compress = options_.compress;
  instance.on_erasure_step = options_.on_erasure_step;
  instance.settings.public_url = kPublicUrl;
  instance.settings.rate_limits = options_.rate_limits;
  instance.settings.feed = options_.feed;
  instance.settings.webhooks = options_.webhooks;
  instance.hashing_threads = options_.hashing_threads;
  instance.hashing_waiting_max = options_.hashing_waiting_max;
  instance_ = must(Instance::open(std::move(instance), clock_, entropy_), "open");
  if (const auto made = bootstrap(services(), data()); !made) {
    throw std::runtime_error{"bootstrap: " + made.error().rule};
  }
  webhooks_ = std::make_unique<Webhooks>(services(), data());
  instance_->set_deliveries(webhooks_.get());
  for (const std::span<const Operation> table : served_operations()) {
    add_operations(router_, services(), table);
  }
}

std::string Stack::token(std::string_view workspace, std::string_view scope) {
  const auto path = data() / (std::string{workspace} + "-client.json");
  const ClientFile client = read_client(path);
  Tokens::Grant grant;
  grant.issuer = Tokens::issuer(kPublicUrl, kDefaultTenant, workspace);
  grant.tenant = kDefaultTenant;
  grant.workspace = workspace;
  grant.client_id = client.client_id;
  grant.client_secret = client.client_secret;
  grant.scope = scope;
  return must(services().tokens.issue(grant), "token").token;
}

Response Stack::send(const Call& call) {
  static Checker checker{render_openapi()};
  Response response = answer_to(call);
  const bool has_route = response.status != 404 || !response.content_type.empty();
  if (options_.held_to_document && has_route) {
    checker.check({.method = name_of(call.method),
                   .target = call.target,
                   .body = call.body,
                   .status = response.status,
                   .content_type = response.content_type,
                   .answer = response.bytes(),
                   .header = [&](std::string_view name) {
                     return std::string{response.header(name)};
                   }});
  }
  return response;
}

Response Stack::answer_to(const Call& call) {
  auto request = std::make_shared<Request>();
  request->method = call.method;
  request->request_id = "request-of-a-test";
  request->peer = "192.0.2.1";
  if (const auto set = request->set_target(call.target); !set) {
    throw std::runtime_error{"bad target " + call.target};
  }
  for (const auto& [name, value] : call.headers) {
    request->add_header(name, value);
  }
  request->body = call.body;
  const Router::Match match = router_.find(*request);
  if (match.route == nullptr) {
    return empty_response(404);
  }
  if (const auto* immediate = std::get_if<ImmediateHandler>(&match.route->handler)) {
    return whole((*immediate)(*request));
  }
  // Shared, because the replying thread may still be inside set_value() when get() returns.
  const auto promise = std::make_shared<std::promise<Response>>();
  auto answer = promise->get_future();
  std::get<AsyncHandler>(match.route->handler)(
      std::move(request),
      Reply::to([promise](Response response) { promise->set_value(std::move(response)); }));
  return whole(answer.get());
}

Response Stack::configuration(Method method, std::string body, std::string_view query) {
  Call call{method, "/api/identity/default/configuration" + std::string{query}, std::move(body)};
  call.headers.emplace_back("Authorization", "Bearer " + system_token_);
  return send(call);
}

Call Stack::call(ApiFamily family, Method method, std::string_view path, std::string body) {
  const bool is_system = family == ApiFamily::kSystem;
  Call call{
      method,
      "/api/identity/default/" + std::string{is_system ? "system" : "admin"} + std::string{path},
      std::move(body)};
  call.headers.emplace_back("Authorization",
                            "Bearer " + (is_system ? system_token_ : admin_token_));
  if (!call.body.empty()) {
    call.headers.emplace_back("Content-Type", "application/json");
  }
  return call;
}

Response Stack::admin(Method method, std::string_view path, std::string body) {
  return send(call(ApiFamily::kAdmin, method, path, std::move(body)));
}

Response Stack::system(Method method, std::string_view path, std::string body) {
  return send(call(ApiFamily::kSystem, method, path, std::move(body)));
}

void Stack::make_pool(std::string_view id, std::string_view more) {
  const std::string name{id};
  must_succeed(system(Method::kPost,
                      "/pools",
                      R"({"tenant_id":"default","id":")" + name + R"(","name":")" + name + "\"" +
                          std::string{more} + "}"));
}

void Stack::make_user(std::string_view pool, std::string_view id, std::string_view more) {
  const std::string payload =
      more.find("\"payload\"") != std::string_view::npos
          ? std::string{}
          : R"(,"payload":{"given_name":"Ann","family_name":"Lee","name":"Ann Lee"})";
  must_succeed(system(
      Method::kPost,
      "/pools/" + std::string{pool} + "/users",
      R"({"status":"active","id":")" + std::string{id} + "\"" + payload + std::string{more} + "}"));
}

Stack& stack() {
  static Stack shared;
  return shared;
}

std::string at(const Response& response, std::string_view pointer) {
  const auto json = parse_json(response.bytes());
  if (!json) {
    return "not json";
  }
  const auto value = resolve(json->root(), pointer);
  return value ? value->minified() : "absent";
}

std::string column(const Response& response, std::string_view list, std::string_view member) {
  const auto json = parse_json(response.bytes());
  const auto array = json ? json->root().find(list) : std::nullopt;
  if (!array) {
    return "absent";
  }
  std::string joined;
  for (const JsonValue element : array->elements()) {
    const auto value = element.find(member);
    joined += joined.empty() ? "" : ",";
    joined += value && value->is_string() ? value->as_string() : "absent";
  }
  return joined;
}

std::string version_of(const Response& response) {
  std::string tag{response.header("ETag")};
  std::erase(tag, '"');
  const auto revision = tag.find('.') + 1;
  const auto stream = std::min(tag.find('.', revision), tag.size());
  return tag.erase(stream, std::min(tag.find('.', stream + 1), tag.size()) - stream);
}

bool is_contract_error(const Response& response) {
  return response.content_type == kJsonType &&
         at(response, "/status_code") == std::to_string(response.status) &&
         at(response, "/error").starts_with('"') && at(response, "/error_code").size() > 2;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.push_back('%');
    encoded.push_back(kHex[byte >> 4U]);
    encoded.push_back(kHex[byte & 15U]);
  }
  return encoded;
}

}  // namespace muster::test
