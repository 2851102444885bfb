#include "storage/epoch_history.h"

#include <catch2/catch.hpp>

#include "storage/directory/data_directory.h"

namespace muster {
namespace {

EpochHistory example() {
  Digest root{};
  root[5] = 7;
  EpochHistory history;
  history.end(Epoch{1},
              {Micros{1'800'000'000'000'000}, {{LogId{0}, {4, root}}, {LogId{1}, {9, {}}}}});
  history.end(Epoch{3}, {Micros{1'900'000'000'000'000}, {{LogId{0}, {6, root}}}});
  return history;
}

TEST_CASE("ended epochs read back as they were written") {
  const auto read = EpochHistory::parse(example().write());
  REQUIRE(read.has_value());
  CHECK(*read == example());
  CHECK(read->size_at_end(Epoch{1}, LogId{1}) == 9U);
  CHECK(read->size_at_end(Epoch{3}, LogId{1}) == 0U);
  CHECK(read->size_at_end(Epoch{2}, LogId{0}) == std::nullopt);
  CHECK(read->present_since() == Micros{1'900'000'000'000'000});
}

TEST_CASE("a flipped bit anywhere in the file of ended epochs is found") {
  const std::string good = example().write();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    CAPTURE(bit);
    CHECK_FALSE(EpochHistory::parse(bad).has_value());
  }
}

TEST_CASE("the origin names the epoch from the second on, and the first keeps its own") {
  DirectoryFormat format;
  format.created = Micros{1'700'000'000'000'000};
  CHECK(log_origin(LogId{1}, format, nullptr) == "muster.log/1/1700000000000000");
  format.epochs = Epoch{4};
  const EpochHistory history = example();
  CHECK(log_origin(LogId{1}, format, &history) ==
        "muster.log/1/1700000000000000/4/1900000000000000");
}

}  // namespace
}  // namespace muster
