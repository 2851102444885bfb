/// The whole directory in one process: a data directory, everything that serves it, and the routes
/// of the published API, called without a network.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/directory/operations.h"
#include "api/http/router.h"
#include "api/server/instance.h"
#include "api/webhooks/webhooks.h"
#include "storage/seal/system_entropy.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {

/// Wall time that a test moves.
class SteeredClock final : public Clock {
 public:
  Micros now() override;
  Micros boot_time() override;

  /// Both times go on by that much.
  void advance(std::int64_t micros) { ahead_us_ += micros; }

 private:
  std::atomic<std::int64_t> ahead_us_{0};
};

struct Call {
  Method method = Method::kGet;
  std::string target;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct StackOptions {
  std::size_t hashing_threads = 2;
  std::size_t hashing_waiting_max = 64;
  /// Whether send() holds calls and answers to the OpenAPI document, one at a time: too slow for a
  /// test that measures what many at once do.
  bool held_to_document = true;
  RateLimitSettings rate_limits = {};
  bool compress = true;  // what the store holds
  Erasures::OnStep on_erasure_step = {};
  std::filesystem::path data = {};  // a directory that is there; empty: one of its own
  FeedSettings feed = {};
  WebhookSettings webhooks = {};
};

class Stack {
 public:
  explicit Stack(StackOptions options = {});
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// The answer to a call as it is; 404 without a body when no route has that path. Throws when
  /// call and answer contradict the OpenAPI document.
  Response send(const Call& call);

  /// Short forms with a token of the family; `path` begins behind `/api/identity/default/<family>`.
  Response admin(Method method, std::string_view path, std::string body = {});
  Response system(Method method, std::string_view path, std::string body = {});
  /// The same call with a token and more headers.
  Call call(ApiFamily family, Method method, std::string_view path, std::string body = {});

  /// A call of `/api/identity/default/configuration` by a client of the workspace `system`; `query`
  /// follows the path.
  Response configuration(Method method, std::string body = {}, std::string_view query = {});

  /// An access token of that workspace with these scopes; empty: all its client may have.
  std::string token(std::string_view workspace, std::string_view scope = {});

  [[nodiscard]] const Services& services() const { return instance_->services(); }

  [[nodiscard]] const Kv& kv() const { return instance_->directory().kv(); }

  [[nodiscard]] Sealer& sealer() { return instance_->directory().vault(); }

  [[nodiscard]] const Router& router() const { return router_; }

  SteeredClock& clock() { return clock_; }

  /// Stops in order and starts again on the same directory, `between` meanwhile. Tokens stay good.
  void restart(const std::function<void()>& between = {});

  /// The data directory.
  [[nodiscard]] std::filesystem::path data() const {
    return options_.data.empty() ? scratch_.path() / "data" : options_.data;
  }

  [[nodiscard]] Instance& instance() { return *instance_; }

  /// Stops in order; nothing may be asked afterwards.
  void close();

  /// Makes a pool through the API; `more` are members beside id and name: `,"x":1`.
  void make_pool(std::string_view id, std::string_view more = {});
  /// Makes an active user of that pool through the API; `more` as above.
  void make_user(std::string_view pool, std::string_view id, std::string_view more = {});

 private:
  Response answer_to(const Call& call);

  void open();

  StackOptions options_;
  ScratchDirectory scratch_;
  SteeredClock clock_;
  SystemEntropy entropy_;
  std::unique_ptr<Instance> instance_;
  std::unique_ptr<Webhooks> webhooks_;
  Router router_;
  std::string admin_token_;
  std::string system_token_;
};

/// One stack for all tests of a binary that do not need their own. Each test makes its own pools.
Stack& stack();

/// The value under a JSON Pointer, minified; "absent" when there is none, "not json" when the body
/// is none.
std::string at(const Response& response, std::string_view pointer);

/// The strings in the array `list` of an answer, each the member `member` of its element, joined by
/// commas.
std::string column(const Response& response, std::string_view list, std::string_view member);

/// The epoch, the revision and the counts of the entity tag, without the random part: "1.2".
std::string version_of(const Response& response);

/// Whether a body is the published error object for the response's status.
bool is_contract_error(const Response& response);

/// `text` as a value of a query parameter.
std::string url_encoded(std::string_view text);

}  // namespace muster::test
