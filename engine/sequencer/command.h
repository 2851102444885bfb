/// A command: an intent that the sequencer turns into events or a refusal, in its turn.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/events/open_part.h"
#include "engine/ports/views.h"
#include "engine/sequencer/draft.h"

namespace muster {

/// The states as they are when a command's turn comes, earlier commands of the group included.
class StateReader {
 public:
  StateReader() = default;
  StateReader(const StateReader&) = delete;
  StateReader& operator=(const StateReader&) = delete;
  virtual ~StateReader() = default;

  /// Null when there is none, or it was deleted; those who were erased are found under their own
  /// address. Valid until decide() returns.
  virtual Result<const AnyState*> find(const StateAddress& address) = 0;
  /// The sums under a key of Views; zero when there is no row.
  virtual Result<Counters> counters(const std::string& key) = 0;
  [[nodiscard]] virtual const Views& views() const = 0;

  template <class State>
  Result<const State*> get(const StateAddress& address) {
    MUSTER_TRY(const AnyState* found, find(address));
    return found == nullptr ? nullptr : std::get_if<State>(found);
  }
};

/// One event to be, with the aggregate it belongs to.
struct Fact {
  StateAddress address;
  StreamId stream;
  Draft draft;
  /// Of a stream that ended, whose state is stored nowhere: as it was folded. Nothing but the
  /// erasure of its person can follow, so it still holds when the command is decided.
  std::shared_ptr<const AnyState> ended = nullptr;
};

struct Decision {
  std::vector<Fact> facts;  // empty: nothing to change, which is no error
  StateAddress subject;     // whose state the answer shows
  std::vector<SchemaUse> schemas;
  /// Of commands about many things: adds to the refusal where in the request a row was asked for
  /// that another stream owns, or one of the same command.
  std::function<void(Failure& refusal, const StateAddress& whose, const Row& wanted)> locate = {};
};

/// Pure: looks at states and at the time, decides, and touches nothing.
using Decide = std::function<Result<Decision>(StateReader& states, Micros now)>;

/// Who sent it; what the events of the command say about their origin.
struct Origin {
  StreamId client;  // nil: the operator's own tools
  StreamId actor;   // nil: the client itself
  std::string request_id;
  std::optional<SealedSegment> request;  // see seal_request()
};

/// `If-Match`: any of these entity tags, or `*`.
struct Precondition {
  StateAddress address;
  std::vector<std::string> etags;
  bool any = false;
};

/// See engine/sequencer/idempotency.h.
struct IdempotencyKey {
  Digest key{};      // of (client, method, route, key)
  Digest request{};  // HMAC of the whole request
  std::string hmac;  // of the key alone, base64url; named by the events
};

struct Command {
  LogId log{};
  Origin origin;
  std::optional<Precondition> precondition;
  std::optional<IdempotencyKey> idempotency;
  Decide decide;
};

/// What became of a command that was not refused. Durable and visible to readers when it is given.
struct Accepted {
  Epoch epoch{};
  std::uint64_t log_size = 0;  // of the command's log after it; its newest position + 1
  StateAddress subject;        // of a user without its id when `replayed`
  StreamId stream;
  Revision revision{};
  Revision shown{};
  /// The stored row of the subject after the command; null when it was deleted or `replayed`.
  std::shared_ptr<const std::string> row;
  std::uint32_t events = 0;  // how many the command caused
  bool replayed = false;     // the outcome of an earlier command with the same key
};

/// Called once, from the committing thread or, for a full queue, from submit().
using Completion = std::function<void(Result<Accepted>)>;

/// Whoever takes commands.
class CommandSink {
 public:
  CommandSink() = default;
  CommandSink(const CommandSink&) = delete;
  CommandSink& operator=(const CommandSink&) = delete;
  virtual ~CommandSink() = default;

  /// Refuses at once (kUnavailable "queue_full", "shutting_down", "clock_jumped"); otherwise the
  /// completion is called when the outcome is durable. Any thread; never blocks.
  virtual void submit(Command command, Completion completion) = 0;
};

/// Entity tag of a state: `"<epoch>.<revision>.<stream>"`, the revision at which what clients see
/// of it changed last, the stream by the last four bytes of its
/// id in hexadecimal: what is deleted and made again under the same id is another thing. A pool's
/// goes on with its counts.
std::string make_etag(Epoch epoch, StreamId stream, Revision shown);
std::string make_etag(Epoch epoch, const StreamHead& head);
std::string make_etag(const Accepted& accepted);
std::string make_pool_etag(Epoch epoch, const StreamHead& pool, const Counters& counters);

/// An entity tag of an earlier epoch.
struct EarlierTag {
  Epoch epoch{};
  /// The tag as it would read now, if it still named the same.
  std::string now;
};

/// Nothing unless `etag` reads as one of an epoch before `now`.
std::optional<EarlierTag> earlier_tag(std::string_view etag, Epoch now);

}  // namespace muster
