/// Failures as answers: the only place where a Failure meets a status code.
#pragma once

#include <string>
#include <string_view>

#include "api/http/response.h"
#include "engine/core/result.h"

namespace muster {

/// The HTTP status for a failure's code.
int status_of(Errc code);

/// The error object of the published API (contract 1.4): status_code, error (the lower-case reason
/// phrase), error_code (Failure::rule) and details {reason, faults: [{pointer, rule, reason}],
/// request_id}. What is empty is left out. Adds WWW-Authenticate to 401 and Retry-After to 429,
/// 503.
Response problem(const Failure& failure, std::string_view request_id);

/// The same as RFC 9457 `application/problem+json`, for everything outside the published API.
Response problem_details(const Failure& failure, std::string_view request_id);

/// Whether a path belongs to the published API and so answers with its error object.
bool is_contract_path(std::string_view path);

/// problem() or problem_details(), as the path asks for.
Response problem_for(std::string_view path, const Failure& failure, std::string_view request_id);

/// What HTTP itself refuses and no Errc stands for: 408, 414, 417, 431.
struct Refusal {
  int status;
  std::string_view rule;
  std::string_view reason;
};

Response refusal_for(std::string_view path, const Refusal& refusal, std::string_view request_id);

}  // namespace muster
