/// Requests that bring users in by the configuration of a tenant: with their identifiers, addresses
/// and passwords hashed elsewhere, as a migration does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/http_load.h"
#include "bench/user_requests.h"

namespace muster {

inline constexpr std::string_view kConfigurationPath = "/api/identity/default/configuration";
/// What the published guide recommends for one request.
inline constexpr std::uint64_t kUsersPerRequest = 100;

struct UserRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// The document with these users of `pool`.
void append_users_document(std::string& out,
                           const People& people,
                           std::string_view pool,
                           UserRange users);

/// The document that makes these users members of `group`.
void append_members_document(std::string& out,
                             const People& people,
                             std::string_view pool,
                             std::string_view group,
                             UserRange users);

/// Sends requests that were made before, once each; made by one, sent by any number of threads.
class PreparedRequests {
 public:
  explicit PreparedRequests(std::vector<std::string> requests) : requests_{std::move(requests)} {}

  /// Null when all are sent.
  const std::string* next() {
    const std::size_t number = sent_.fetch_add(1);
    return number < requests_.size() ? &requests_[number] : nullptr;
  }

 private:
  std::vector<std::string> requests_;
  std::atomic<std::size_t> sent_ = 0;
};

class PreparedSource final : public RequestSource {
 public:
  PreparedSource(PreparedRequests& requests, int status) : requests_{requests}, status_{status} {}

  bool append_request(std::string& out) override {
    const std::string* request = requests_.next();
    if (request != nullptr) {
      out.append(*request);
    }
    return request != nullptr;
  }

  bool expects(const HttpResponse& response) override { return response.status == status_; }

 private:
  PreparedRequests& requests_;
  int status_;
};

/// Users of a pool, cut into requests of kUsersPerRequest.
std::vector<std::string> user_requests(const BenchContext& context,
                                       const HttpTarget& target,
                                       std::string_view pool,
                                       UserRange users);

/// Sends all of them over `connections`; every one must be answered with `status`.
Result<LoadResult> send_all(const HttpTarget& target,
                            std::vector<std::string> requests,
                            std::size_t connections,
                            int status);

}  // namespace muster
