#include "bench/user_requests.h"

#include <algorithm>

namespace muster {

namespace {

constexpr std::uint64_t kListLimit = 20;

}  // namespace

SharedRequests::SharedRequests(BenchContext& bench, const HttpTarget& target)
    : context{bench},
      format{target.endpoint, "Bearer " + target.token},
      users_path{target.endpoint.path + std::string{kPoolsPath} + "/" + target.pool + "/users"},
      readable{bench.users} {
  if (bench.working_set != 0) {
    readable = std::min(readable, bench.working_set);
  }
}

void UserRequests::append_get(std::string& out) {
  path_.assign(shared_.users_path).append("/").append(any_id());
  shared_.format.append_get(out, path_);
}

void UserRequests::append_by_key(std::string& out) {
  path_.assign(shared_.users_path).append("/by_key");
  body_.assign("{\"identifier\":\"").append(people().email_of(any_number())).append("\"}");
  shared_.format.append_json(out, "POST", path_, body_);
}

void UserRequests::append_list(std::string& out) {
  path_.assign(shared_.users_path).append("?limit=").append(std::to_string(kListLimit));
  path_.append("&after_user_id=").append(any_id());
  shared_.format.append_get(out, path_);
}

void UserRequests::append_create(std::string& out, std::uint64_t number) {
  body_.clear();
  people().append_row(body_, number);
  shared_.format.append_json(out, "POST", shared_.users_path, body_);
}

bool MixedRequests::append_request(std::string& out) {
  const std::uint64_t choice = draw(100);
  if (choice < 80) {
    append_get(out);
  } else if (choice < 90) {
    append_by_key(out);
  } else if (choice < 95) {
    append_list(out);
  } else {
    append_create(out, new_number());
  }
  return true;
}

Failure no_server() {
  return failure(Errc::kInvalid, "no_server", "this scenario needs a server: give --url");
}

Failure no_users() {
  return failure(Errc::kInvalid, "no_users", "this scenario needs users: give --users");
}

Result<std::string> ask(const HttpTarget& target, std::string_view request, int status) {
  MUSTER_TRY(HttpAnswer answer, exchange_http(target.endpoint, request));
  if (answer.status != status) {
    return failure(
        Errc::kUnavailable,
        "unexpected_answer",
        "the server answered " + std::to_string(answer.status) + ": " + answer.body.substr(0, 500));
  }
  return std::move(answer.body);
}

}  // namespace muster
