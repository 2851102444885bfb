/// The right to answer one request, once, from any thread, now or later.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "api/http/response.h"

namespace muster {

/// Where an answer goes: a connection, or a test.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// Called once, from any thread. The client may be gone; then the answer is dropped.
  virtual void deliver(Response response) = 0;
  /// The handler let go of its Reply without an answer, which is a bug of ours.
  virtual void abandoned() = 0;
};

/// Move-only. Calling it twice is a bug; destroying it uncalled answers 500.
class Reply {
 public:
  explicit Reply(std::shared_ptr<ReplySink> sink) : sink_{std::move(sink)} {}

  /// For tests of handlers: `answer` gets the response on the thread that replies.
  static Reply to(std::function<void(Response)> answer);

  Reply(Reply&& other) noexcept = default;

  Reply& operator=(Reply&& other) noexcept {
    std::swap(sink_, other.sink_);
    return *this;
  }

  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  ~Reply();

  void operator()(Response response);

  [[nodiscard]] bool pending() const { return sink_ != nullptr; }

 private:
  std::shared_ptr<ReplySink> sink_;
};

}  // namespace muster
