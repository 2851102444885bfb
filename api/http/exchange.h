/// One request and its answer on the way between a connection and a handler on any thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "api/http/net.h"
#include "api/http/reply.h"
#include "api/http/request.h"

namespace muster {

class Mailbox;

/// The end of a Reply on the connection's thread.
class ReplyTaker {
 public:
  virtual ~ReplyTaker() = default;
  virtual void take(Response response) = 0;
  /// Of a streamed body.
  virtual void take_piece(Result<BodyPiece> piece) = 0;
};

class Exchange final : public ReplySink, public std::enable_shared_from_this<Exchange> {
 public:
  explicit Exchange(std::shared_ptr<Mailbox> mailbox) : mailbox_{std::move(mailbox)} {}

  Request request;
  /// Null when nobody waits any more: the connection is gone or gave up. Connection's thread only.
  ReplyTaker* taker = nullptr;

  void deliver(Response response) override;
  void abandoned() override;
  /// A piece of the body that was asked for; from any thread.
  void deliver_piece(Result<BodyPiece> piece);
  /// Hands over what was delivered, on the connection's thread.
  void arrive();

 private:
  std::shared_ptr<Mailbox> mailbox_;
  Response response_;
  std::optional<Result<BodyPiece>> piece_;
};

/// Brings answers to the thread of their connection, many with one wake-up. Lives as long as any
/// exchange, which may be longer than the thread: then answers are dropped.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  explicit Mailbox(net::io_context& context) : context_{&context} {}

  /// Once, by the thread that owns the connections.
  void own() { owner_ = std::this_thread::get_id(); }

  [[nodiscard]] bool on_own_thread() const { return std::this_thread::get_id() == owner_; }

  /// From any thread.
  void put(std::shared_ptr<Exchange> exchange);
  /// From the owner: nothing is posted to its io_context from now on.
  void close();

 private:
  void empty();

  std::mutex mutex_;
  net::io_context* context_;  // null once closed
  std::vector<std::shared_ptr<Exchange>> arrived_;
  std::thread::id owner_;  // set before the first exchange exists
};

}  // namespace muster
