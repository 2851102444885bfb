/// One connection: reads requests one after the other, has each answered, writes the answers in
/// order. No coroutine, no allocation of its own for a request that an immediate handler answers.
///
/// Timeouts are a deadline that the worker looks at now and then: a timer per connection, set twice
/// a request, would cost more than parsing the request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "api/http/exchange.h"
#include "api/http/gate.h"
#include "api/http/input_buffer.h"
#include "api/http/parser.h"
#include "api/http/wire.h"

namespace muster {

class Worker;

class Session final : public WireUser,
                      public ReplyTaker,
                      public std::enable_shared_from_this<Session> {
 public:
  /// Whether the connection is one over the bound, which is only told so.
  enum class Standing : std::uint8_t { kGuest, kSurplus };

  Session(Worker& worker, std::unique_ptr<Wire> wire, std::string peer, Standing standing);

  void start();
  /// Acts on the deadline if it has passed.
  void look_at_clock(Clock::time_point now);
  /// No further request: closes if none is under way.
  void drain();
  void close();

  [[nodiscard]] Standing standing() const { return standing_; }

  /// Where the worker keeps it.
  std::size_t place = 0;

  void on_open(bool ok) override;
  void on_read(std::size_t bytes) override;
  void on_written(bool ok) override;
  void on_turn() override;
  void take(Response response) override;
  void take_piece(Result<BodyPiece> piece) override;

 private:
  enum class State : std::uint8_t {
    kOpening,    // handshake
    kIdle,       // between requests
    kReading,    // part of a request is there
    kHandling,   // a handler has the Reply
    kStreaming,  // the next piece of a body is being made
    kWriting,
    kLingering,  // all is said; waits for the client to close
    kClosed,
  };
  enum class Afterwards : std::uint8_t { kRead, kPiece, kNext, kLinger, kClose };

  // Functions that return bool say whether to go on with the input; if not, an operation is under
  // way or the connection is closed.
  void advance();
  bool read_request();
  bool begin_request();
  bool admit_request();
  void read_more();
  [[nodiscard]] std::size_t body_bytes_expected() const;
  bool answer_request();
  bool handle(const Handler& handler);
  void refuse(const Refusal& refusal);
  bool respond(Response response, bool may_keep_alive);
  bool write(std::string_view body);
  bool written();
  void ask_for_piece();
  void end_stream();
  void renew_exchange();
  void report(std::size_t body_bytes) const;

  Worker& worker_;
  std::unique_ptr<Wire> wire_;
  std::string peer_;
  InputBuffer input_;
  std::optional<Parser> parser_;
  std::shared_ptr<Exchange> exchange_;
  Admission admission_;
  // What is being written: the header, and the answer that owns the body.
  std::string head_;
  Response response_;
  std::optional<Response> early_reply_;  // a handler's that replied before it returned
  Clock::time_point started_;
  Clock::time_point deadline_;
  Standing standing_;
  State state_ = State::kOpening;
  Afterwards afterwards_ = Afterwards::kNext;
  Afterwards after_stream_ = Afterwards::kNext;
  std::string piece_;
  std::size_t streamed_bytes_ = 0;
  bool admitted_ = false;
  bool reading_ = false;
  bool inside_handler_ = false;
};

}  // namespace muster
