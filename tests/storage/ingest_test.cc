// Filling and emptying whole families, as a rebuild does, in every store alike.
#include <catch2/catch.hpp>

#include "tests/storage/kv_worlds.h"

namespace muster {
namespace {

class Rows : public SortedSource {
 public:
  explicit Rows(std::vector<std::pair<std::string, std::string>> rows) : rows_{std::move(rows)} {}

  Result<bool> next(std::string_view& key, std::string_view& value) override {
    if (at_ == rows_.size()) {
      return false;
    }
    key = rows_[at_].first;
    value = rows_[at_].second;
    ++at_;
    return true;
  }

 private:
  std::vector<std::pair<std::string, std::string>> rows_;
  std::size_t at_ = 0;
};

class BrokenSource : public SortedSource {
 public:
  Result<bool> next(std::string_view& key, std::string_view& value) override {
    key = "a";
    value = "1";
    return first_ ? Result<bool>{(first_ = false, true)}
                  : Result<bool>{failure(Errc::kCorrupt, "broken")};
  }

 private:
  bool first_ = true;
};

TEMPLATE_TEST_CASE("ingested rows replace old ones and yield to new ones",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put(kv, Family::kUsers, "a", "old");
  put(kv, Family::kUsers, "b", "old");
  const auto before = kv.snapshot();
  Rows rows{{{"b", "in"}, {"c", "in"}, {"d", "in"}}};
  REQUIRE(kv.ingest(Family::kUsers, rows).has_value());
  put(kv, Family::kUsers, "d", "new");
  CHECK(rows_of(kv, Family::kUsers) == "a=old b=in c=in d=new");
  CHECK(rows_of(kv, Family::kUsers, {}, before.get()) == "a=old b=old");
  Rows none{{}};
  CHECK(kv.ingest(Family::kUsers, none).has_value());
}

TEMPLATE_TEST_CASE("ingesting adds nothing when it fails", "", MemoryWorld, RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  Rows backwards{{{"b", "1"}, {"a", "2"}}};
  Rows repeated{{{"b", "1"}, {"b", "2"}}};
  BrokenSource broken;
  CHECK(kv.ingest(Family::kUsers, backwards).error().rule == "unsorted_source");
  CHECK(kv.ingest(Family::kUsers, repeated).error().rule == "unsorted_source");
  CHECK(kv.ingest(Family::kUsers, broken).error().rule == "broken");
  CHECK(rows_of(kv, Family::kUsers).empty());
}

TEMPLATE_TEST_CASE("a cleared family is empty, usable and alone in it",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kUsers, "ab");
  put_each(kv, Family::kStates, "c");
  REQUIRE(kv.flush_all().has_value());
  put_each(kv, Family::kUsers, "d");
  REQUIRE(kv.clear_family(Family::kUsers).has_value());
  CHECK(rows_of(kv, Family::kUsers).empty());
  put_each(kv, Family::kUsers, "e");
  world.reopen();
  CHECK(rows_of(world.kv(), Family::kUsers) == "e=v");
  CHECK(rows_of(world.kv(), Family::kStates) == "c=v");
}

}  // namespace
}  // namespace muster
