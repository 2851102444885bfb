/// A log on a store in memory, with people in it.
#pragma once

#include "storage/log/group_record.h"
#include "storage/log/log_reader.h"
#include "storage/memory_kv.h"
#include "tests/projections/fold/live_log.h"
#include "tests/sim/ports.h"

namespace muster::test {

inline constexpr LogId kTenantLog{1};

/// The log as a process sees it that dies before it is done.
class DyingLog final : public GroupLog {
 public:
  explicit DyingLog(EventLog& log) : log_{log} {}

  Result<std::optional<std::string>> read(View view, std::string_view key) const override {
    return log_.read(view, key);
  }

  Result<void> scan(View view, std::string_view prefix, const RowVisitor& visit) const override {
    return log_.scan(view, prefix, visit);
  }

  [[nodiscard]] LogHead head(LogId log) const override { return log_.head(log); }

  Result<void> admits() const override { return log_.admits(); }

  Result<Snapshot> append(const Group& group) override { return log_.append(group); }

  Result<void> sync(std::uint64_t through) override {
    return syncs ? log_.sync(through) : Result<void>{};
  }

  Result<void> confirm() override { return {}; }

  void finish_erasure(const std::vector<Slot>&) override {}

  bool syncs = true;

 private:
  EventLog& log_;
};

class LogBench {
 public:
  LogBench() { open(); }

  /// As a start does, without finishing erasures.
  void open() {
    live.reset();
    auto opened = EventLog::open(kv, [this] { return free_bytes; });
    INFO((opened ? "" : opened.error().rule));
    REQUIRE(opened);
    log = *std::move(opened);
    live = std::make_unique<LiveLog>(*log, sealer, log->newest_group() + 1);
    live->know_tenant(kTenantLog, "tenant-1");
  }

  void crash_and_open(std::uint64_t fate = 0) {
    live.reset();
    log.reset();
    kv.crash(fate);
    open();
  }

  LivePool found() {
    live->make_tenant(kTenantLog, "tenant-1");
    live->make_schema(kTenantLog, "person", 3000);
    LivePool pool = live->make_pool(kTenantLog, "people", true);
    live->commit();
    return pool;
  }

  [[nodiscard]] LogReader reader() { return LogReader{kv, sealer}; }

  [[nodiscard]] std::size_t count(Family family) const {
    std::size_t rows = 0;
    REQUIRE(kv.scan(family, KvRange::all(), [&](auto, auto) {
      ++rows;
      return true;
    }));
    return rows;
  }

  /// How many segments are the stream's own.
  [[nodiscard]] std::size_t own_segments(const LiveUser& user) const {
    std::size_t found = 0;
    REQUIRE(kv.scan(Family::kStreams,
                    KvRange::of_prefix(stream_prefix(user.log, user.stream)),
                    [&](std::string_view key, std::string_view value) {
                      const auto entry = parse_stream_entry(key, value);
                      REQUIRE(entry);
                      std::string segment;
                      const auto there = kv.get(
                          Family::kSegments, segment_key(user.log, entry->position, 0), segment);
                      REQUIRE(there);
                      found += *there && entry->has_own_segment ? 1U : 0U;
                      return true;
                    }));
    return found;
  }

  sim::SimEntropy entropy{1};
  MemoryKv kv;
  sim::SimSealer sealer{entropy};
  std::uint64_t free_bytes = std::uint64_t{1} << 40U;
  std::unique_ptr<EventLog> log;
  std::unique_ptr<LiveLog> live;
};

}  // namespace muster::test
