#include <memory>
#include <string>

#include "bench/bare_beast.h"
#include "bench/process.h"
#include "bench/scenario.h"

namespace muster {

namespace {

constexpr std::size_t kBodyBytesWithoutTarget = 1024;
constexpr int kStartSecondsMax = 10;

class SameRequest final : public RequestSource {
 public:
  SameRequest(const HttpRequestFormat& format, std::string_view path) {
    format.append_get(request_, path);
  }

  bool append_request(std::string& out) override {
    out.append(request_);
    return true;
  }

  bool expects(const HttpResponse& response) override { return response.status == 200; }

 private:
  std::string request_;
};

std::string user_path(const BenchContext& context, const HttpTarget& target) {
  return "/api/identity/default/system/pools/" + target.pool + "/users/" +
         context.people.id_of(0).text();
}

// How long the answer for user 0 is.
std::size_t answer_bytes(const BenchContext& context) {
  if (!context.target || context.users == 0) {
    return kBodyBytesWithoutTarget;
  }
  const HttpEndpoint& endpoint = context.target->endpoint;
  const HttpRequestFormat format{endpoint, "Bearer " + context.target->token};
  std::string request;
  format.append_get(request, endpoint.path + user_path(context, *context.target));
  const auto answer = exchange_http(endpoint, request);
  return answer && answer->status == 200 ? answer->body.size() : kBodyBytesWithoutTarget;
}

}  // namespace

Result<ScenarioResult> run_bare(BenchContext& context) {
  const std::size_t body_bytes = answer_bytes(context);
  MUSTER_TRY(
      ChildProcess server,
      ChildProcess::start({"/proc/self/exe", "serve-bare", "--bytes", std::to_string(body_bytes)},
                          context.directory / "bare.log"));
  MUSTER_TRY(const std::string url, server.wait_for_url(kStartSecondsMax));
  HttpTarget target;
  MUSTER_TRY(target.endpoint, parse_http_url(url));
  target.process = server.id();
  // The same header lines as the others send: the server has to read them.
  const std::string token = context.target ? context.target->token : std::string(400, 'x');
  const std::string pool = context.target ? context.target->pool : "bench";
  target.pool = pool;
  const HttpRequestFormat format{target.endpoint, "Bearer " + token};
  const std::string path = user_path(context, target);
  MUSTER_TRY(ScenarioResult result, measure_load(context, target, [&](std::size_t) {
               return std::make_unique<SameRequest>(format, path);
             }));
  result.scenario = "bare";
  result.notes.push_back(std::to_string(body_bytes) + " bytes of body, one server thread");
  return result;
}

}  // namespace muster
