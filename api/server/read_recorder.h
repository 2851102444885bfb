/// ReadRecorder: writes down who reads history.
///
/// The first request of a client is written at once and waited for, so nobody is shown history
/// without a trace. What follows is counted, and written when it is a minute old, when it names as
/// many persons as one event may, and at the end: so reading makes a log grow by one event for a
/// client and a minute, or for kPersonsOfReadMax persons. Search texts are not kept.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "api/server/background_thread.h"
#include "engine/administration/commands.h"

namespace muster {

struct Caller;

/// Any thread but those that serve connections: note() may wait for a commit.
class ReadRecorder {
 public:
  static constexpr std::int64_t kWindowMicros = 60'000'000;
  /// Clients whose reads wait to be written. Beyond, each request is written at once.
  static constexpr std::size_t kWaitingMax = 1024;

  /// All of them outlive this object.
  ReadRecorder(CommandSink& commands, const DomainPorts& domain);
  ReadRecorder(const ReadRecorder&) = delete;
  ReadRecorder& operator=(const ReadRecorder&) = delete;
  /// Writes what waits.
  ~ReadRecorder();

  /// Notes one request before it is answered. `persons` are the streams of users whose personal
  /// values the answer shows, at most kPersonsOfReadMax. Refusals are those of a write: who cannot
  /// be recorded is not shown anything.
  Result<void> note(const Caller& caller,
                    std::string_view operation,
                    std::span<const StreamId> persons);

  /// Writes what waits, whatever its age.
  void write_all();

 private:
  struct Waiting {
    std::string client_id;
    std::map<std::string, std::uint64_t, std::less<>> reads;
    std::set<StreamId> persons;
    Micros since{};
    Micros until{};

    void count(std::string_view operation, std::span<const StreamId> shown, Micros now);
  };

  using Key = std::pair<LogId, StreamId>;

  void work();
  Result<void> write(const Key& key, const Waiting& waiting);
  /// Writes what waits of a client that has no room for `persons` more.
  Result<void> make_room(const Key& key, std::size_t persons);
  /// Puts what could not be written back.
  void keep(const Key& key, Waiting waiting);
  void write_older_than(Micros when);

  CommandSink& commands_;
  DomainPorts domain_;
  std::mutex mutex_;
  std::map<Key, Waiting> waiting_;
  BackgroundThread thread_;  // last: it uses the others
};

}  // namespace muster
