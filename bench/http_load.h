/// The load client: keep-alive connections with one outstanding request each (a closed loop). It
/// shares the cores with the server it measures, so it does little: one epoll loop per thread, one
/// send and one receive per request, no copies of bodies, no locks.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bench/histogram.h"
#include "bench/http_client.h"
#include "bench/http_response.h"
#include "engine/core/result.h"

namespace muster {

/// What one thread asks. Never used by two threads at once.
class RequestSource {
 public:
  RequestSource() = default;
  RequestSource(const RequestSource&) = delete;
  RequestSource& operator=(const RequestSource&) = delete;
  virtual ~RequestSource() = default;

  /// Appends one whole request; false, and nothing appended, when there are no more.
  virtual bool append_request(std::string& out) = 0;
  /// Whether the response is one that such a request should get. Views end with the call.
  virtual bool expects(const HttpResponse& response) = 0;
};

struct LoadOptions {
  HttpEndpoint endpoint;
  std::size_t connections = 64;
  std::size_t threads = 1;
  /// No request begins after this long; without it the load ends when the sources do.
  std::optional<std::chrono::nanoseconds> duration;
};

struct LoadResult {
  /// Answered as expected.
  std::uint64_t requests = 0;
  /// Answered otherwise, or not at all.
  std::uint64_t errors = 0;
  /// How often each unexpected status came; 0 stands for connections lost or silent.
  std::map<int, std::uint64_t> error_statuses;
  /// From the first request to the last response.
  double seconds = 0;
  /// Of the expected responses: from before the send to after the last byte.
  LatencyHistogram latency;

  [[nodiscard]] double per_second() const {
    return seconds > 0 ? static_cast<double>(requests) / seconds : 0;
  }
};

/// Runs until the duration or the sources end and all outstanding responses are in. `make_source`
/// is called once for each thread, with its number, on the calling thread. A lost connection is
/// opened again; kUnavailable when the server cannot be reached at the start.
Result<LoadResult> run_load(
    const LoadOptions& options,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source);

}  // namespace muster
