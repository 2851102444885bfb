#include "api/audit/cursor.h"

#include <catch2/catch.hpp>

#include "storage/epoch_history.h"

namespace muster {
namespace {

constexpr LogId kTenantLog{1};
constexpr std::string_view kQuestion = "which events?";

TEST_CASE("a cursor of an earlier epoch goes on as far as nothing was lost") {
  EpochHistory history;
  history.end(Epoch{1}, {Micros{1'800'000'000'000'000}, {{kTenantLog, {10, {}}}}});
  ReadPoint point;
  point.epoch = Epoch{2};
  point.epochs = std::make_shared<const EpochHistory>(history);
  point.sizes =
      std::make_shared<const std::vector<LogSize>>(std::vector<LogSize>{{kTenantLog, 30}});
  const auto read = [&](const AuditCursor& cursor, std::string_view question = kQuestion) {
    return read_cursor(write_cursor(cursor, kQuestion), question, point, kTenantLog);
  };
  CHECK(read({Epoch{2}, 30, 0, 20}).has_value());
  const auto kept = read({Epoch{1}, 10, 2, 9});
  REQUIRE(kept.has_value());
  CHECK(kept->epoch == Epoch{2});
  CHECK(kept->begin == 2);
  const auto lost = read({Epoch{1}, 11, 2, 9});
  REQUIRE_FALSE(lost.has_value());
  REQUIRE(lost.error().faults.size() == 1);
  CHECK(lost.error().faults[0].reason.find("lost in part when the directory was restored") !=
        std::string::npos);
  CHECK_FALSE(read({Epoch{3}, 5, 0, 5}).has_value());
  CHECK_FALSE(read({Epoch{2}, 31, 0, 5}).has_value());
  CHECK_FALSE(read({Epoch{2}, 30, 0, 20}, "another question").has_value());
}

}  // namespace
}  // namespace muster
