#include "api/http/problem.h"

#include <algorithm>

#include "api/http/request.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

// Seconds a client waits before it tries again: the queues behind a 429 or 503 empty within one.
constexpr std::string_view kRetrySeconds = "1";

struct Trouble {
  int status;
  std::string_view rule;
  std::string_view reason;
  const std::vector<Fault>& faults;
  std::string_view request_id;
};

std::string lower_phrase(int status) {
  std::string phrase{reason_phrase(status)};
  std::ranges::transform(phrase, phrase.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return phrase;
}

void write_faults(JsonWriter& json, const std::vector<Fault>& faults) {
  if (faults.empty()) return;
  json.key("faults");
  json.begin_array();
  for (const auto& fault : faults) {
    json.begin_object();
    json.member("pointer", fault.pointer);
    json.member("rule", fault.rule);
    json.member("reason", fault.reason);
    json.end_object();
  }
  json.end_array();
}

Response contract_error(const Trouble& trouble) {
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  json.member("status_code", trouble.status);
  json.member("error", lower_phrase(trouble.status));
  json.member("error_code", trouble.rule);
  if (!trouble.reason.empty() || !trouble.faults.empty() || !trouble.request_id.empty()) {
    json.key("details");
    json.begin_object();
    if (!trouble.reason.empty()) json.member("reason", trouble.reason);
    write_faults(json, trouble.faults);
    if (!trouble.request_id.empty()) json.member("request_id", trouble.request_id);
    json.end_object();
  }
  json.end_object();
  return json_response(std::move(text), trouble.status);
}

// RFC 9457; `code`, `request_id` and `faults` are extension members of ours.
Response details(const Trouble& trouble) {
  std::string text;
  JsonWriter json{text};
  json.begin_object();
  json.member("type", "about:blank");
  json.member("title", reason_phrase(trouble.status));
  json.member("status", trouble.status);
  if (!trouble.reason.empty()) json.member("detail", trouble.reason);
  json.member("code", trouble.rule);
  if (!trouble.request_id.empty()) json.member("request_id", trouble.request_id);
  write_faults(json, trouble.faults);
  json.end_object();
  auto response = json_response(std::move(text), trouble.status);
  response.content_type = kProblemType;
  return response;
}

void add_status_headers(Response& response) {
  if (response.status == 401) response.add_header("WWW-Authenticate", "Bearer");
  if (response.status == 429 || response.status == 503) {
    response.add_header("Retry-After", kRetrySeconds);
  }
}

Trouble trouble_of(const Failure& failure, std::string_view request_id) {
  return {status_of(failure.code), failure.rule, failure.reason, failure.faults, request_id};
}

}  // namespace

int status_of(Errc code) {
  switch (code) {
    case Errc::kInvalidSyntax:
      return 400;
    case Errc::kInvalid:
      return 422;
    case Errc::kUnauthorized:
      return 401;
    case Errc::kForbidden:
      return 403;
    case Errc::kNotFound:
      return 404;
    case Errc::kAlreadyTaken:
    case Errc::kConflict:
      return 409;
    case Errc::kPrecondition:
      return 412;
    case Errc::kGone:
      return 410;
    case Errc::kTooLarge:
      return 413;
    case Errc::kTooMany:
      return 429;
    case Errc::kUnavailable:
    case Errc::kStale:
      return 503;
    case Errc::kMethodNotAllowed:
      return 405;
    case Errc::kUnsupportedMedia:
      return 415;
    case Errc::kCorrupt:
    case Errc::kUnknownOutcome:
    case Errc::kIo:
      return 500;
  }
  return 500;
}

Response problem(const Failure& failure, std::string_view request_id) {
  auto response = contract_error(trouble_of(failure, request_id));
  add_status_headers(response);
  return response;
}

Response problem_details(const Failure& failure, std::string_view request_id) {
  auto response = details(trouble_of(failure, request_id));
  add_status_headers(response);
  return response;
}

bool is_contract_path(std::string_view path) {
  constexpr std::string_view kRoot = "/api/identity";
  if (path.starts_with(kRoot)) return path.size() == kRoot.size() || path[kRoot.size()] == '/';
  // The self API: /{tid}/{wid}/identity/...
  for (int skipped = 0; skipped < 2; ++skipped) {
    if (path.empty()) return false;
    path.remove_prefix(std::min(path.find('/', 1), path.size()));
  }
  return path == "/identity" || path.starts_with("/identity/");
}

Response problem_for(std::string_view path, const Failure& failure, std::string_view request_id) {
  return is_contract_path(path) ? problem(failure, request_id)
                                : problem_details(failure, request_id);
}

Response refusal_for(std::string_view path, const Refusal& refusal, std::string_view request_id) {
  const std::vector<Fault> none;
  const Trouble trouble{refusal.status, refusal.rule, refusal.reason, none, request_id};
  return is_contract_path(path) ? contract_error(trouble) : details(trouble);
}

}  // namespace muster
