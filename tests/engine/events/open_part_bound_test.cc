// The one place that makes open parts refuses those above the bound.
#include <catch2/catch.hpp>

#include "engine/sequencer/group_builder.h"
#include "tests/engine/support/story.h"

namespace muster {
namespace {

/// A log without events, for what comes before writing.
class EmptyLog final : public GroupLog {
 public:
  Result<std::optional<std::string>> read(View, std::string_view) const override {
    return std::optional<std::string>{};
  }

  Result<void> scan(View, std::string_view, const RowVisitor&) const override { return {}; }

  [[nodiscard]] LogHead head(LogId) const override { return {}; }

  Result<void> admits() const override { return {}; }

  Result<Snapshot> append(const Group&) override { return Snapshot{}; }

  Result<void> sync(std::uint64_t) override { return {}; }

  Result<void> confirm() override { return {}; }

  void finish_erasure(const std::vector<Slot>&) override {}
};

/// A command of one event whose public members are the given JSON.
Command command_with(std::string data) {
  Command command;
  command.log = kSystemLog;
  command.decide = [data = std::move(data)](StateReader&, Micros) -> Result<Decision> {
    StreamId stream;
    stream.bytes[15] = 1;
    const StateAddress address{kSystemLog, Aggregate::kTenant, {}, "t"};
    Decision decision;
    decision.facts.push_back({address, stream, Draft{TenantCreated{"t", 1, "T"}, data, {}, {}}});
    decision.subject = address;
    return decision;
  };
  return command;
}

std::string data_of(std::size_t bytes) {
  return R"({"name":")" + std::string(bytes - 11, 'n') + R"("})";
}

struct Built {
  Result<Accepted> outcome;
  Group group;
};

Built build(std::size_t data_bytes) {
  EmptyLog log;
  const CountKeys views;
  TestSealer sealer;
  GroupBuilder builder{{log, views, sealer}, Epoch{1}};
  Result<Accepted> outcome = builder.add(command_with(data_of(data_bytes)), Micros{1});
  return {std::move(outcome), builder.take(1)};
}

TEST_CASE("an open part of 16 KiB is written, one byte more is refused", "[events]") {
  const Built small = build(100);
  REQUIRE(small.outcome.has_value());
  REQUIRE(small.group.events.size() == 1);
  const std::size_t beside = small.group.events[0].open_part.size() - 100;

  const Built largest = build(kOpenPartBytesMax - beside);
  REQUIRE(largest.outcome.has_value());
  REQUIRE(largest.group.events.size() == 1);
  CHECK(largest.group.events[0].open_part.size() == kOpenPartBytesMax);

  const Built larger = build(kOpenPartBytesMax - beside + 1);
  REQUIRE_FALSE(larger.outcome.has_value());
  CHECK(larger.outcome.error().code == Errc::kTooLarge);
  CHECK(larger.group.empty());
}

}  // namespace
}  // namespace muster
