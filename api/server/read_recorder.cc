#include "api/server/read_recorder.h"

#include <chrono>
#include <limits>
#include <vector>

#include "api/auth/tokens.h"
#include "api/server/submit.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kPause{1000};

}  // namespace

ReadRecorder::ReadRecorder(CommandSink& commands, const DomainPorts& domain)
    : commands_{commands}, domain_{domain} {
  thread_.start("read-recorder", [this] { work(); });
}

ReadRecorder::~ReadRecorder() {
  write_all();
}

void ReadRecorder::work() {
  while (thread_.sleep(kPause)) {
    write_older_than(Micros{raw(domain_.clock.now()) - kWindowMicros});
  }
}

void ReadRecorder::Waiting::count(std::string_view operation,
                                  std::span<const StreamId> shown,
                                  Micros now) {
  since = reads.empty() ? now : since;
  until = now;
  auto counted = reads.find(operation);
  if (counted == reads.end()) {
    counted = reads.emplace(operation, 0).first;
  }
  ++counted->second;
  persons.insert(shown.begin(), shown.end());
}

Result<void> ReadRecorder::write(const Key& key, const Waiting& waiting) {
  RecordHistoryRead input{key.first, waiting.client_id, key.second, {}};
  input.read.since = waiting.since;
  input.read.until = waiting.until;
  for (const auto& [kind, requests] : waiting.reads) {
    input.read.reads.push_back({kind, requests});
  }
  input.read.persons.assign(waiting.persons.begin(), waiting.persons.end());
  Command command;
  command.log = key.first;
  command.origin.client = key.second;
  MUSTER_TRY(command.decide, prepare_record_history_read(domain_, std::move(input)));
  MUSTER_CHECKED(submit_and_wait(commands_, std::move(command)));
  return {};
}

Result<void> ReadRecorder::note(const Caller& caller,
                                std::string_view operation,
                                std::span<const StreamId> persons) {
  const Key key{caller.log, caller.client};
  MUSTER_CHECKED(make_room(key, persons.size()));
  const Micros now = domain_.clock.now();
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = waiting_.find(key); found != waiting_.end()) {
      found->second.count(operation, persons, now);
      return {};
    }
  }
  Waiting first{caller.client_id, {}, {}, now, now};
  first.count(operation, persons, now);
  MUSTER_CHECKED(write(key, first));
  const std::lock_guard lock{mutex_};
  if (waiting_.size() < kWaitingMax) {
    waiting_.emplace(key, Waiting{caller.client_id, {}, {}, now, now});
  }
  return {};
}

Result<void> ReadRecorder::make_room(const Key& key, std::size_t persons) {
  Waiting full;
  {
    const std::lock_guard lock{mutex_};
    const auto found = waiting_.find(key);
    if (found == waiting_.end() || found->second.persons.size() + persons <= kPersonsOfReadMax) {
      return {};
    }
    const Micros since = found->second.since;
    full = std::exchange(found->second, Waiting{found->second.client_id, {}, {}, since, since});
  }
  auto written = write(key, full);
  if (!written) {
    keep(key, std::move(full));
  }
  return written;
}

void ReadRecorder::keep(const Key& key, Waiting waiting) {
  const std::lock_guard lock{mutex_};
  Waiting& now = waiting_[key];
  now.client_id = waiting.client_id;
  now.until = now.reads.empty() ? waiting.until : now.until;
  now.since = waiting.since;
  for (const auto& [kind, requests] : waiting.reads) {
    now.reads[kind] += requests;
  }
  now.persons.merge(waiting.persons);
}

void ReadRecorder::write_older_than(Micros when) {
  std::vector<std::pair<Key, Waiting>> old;
  {
    const std::lock_guard lock{mutex_};
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if (at->second.since <= when) {
        old.emplace_back(at->first, std::move(at->second));
        at = waiting_.erase(at);
      } else {
        ++at;
      }
    }
  }
  for (auto& [key, waiting] : old) {
    if (waiting.reads.empty()) {
      continue;
    }
    if (const auto written = write(key, waiting); !written) {
      keep(key, std::move(waiting));  // tried again at the next turn
    }
  }
}

void ReadRecorder::write_all() {
  write_older_than(Micros{std::numeric_limits<std::int64_t>::max()});
}

}  // namespace muster
