/// The stores that the promises of storage/kv.h are tried on, and short words for trying them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>

#include "storage/kv.h"
#include "storage/memory_kv.h"
#include "storage/rocks_kv.h"
#include "tests/storage/scratch_directory.h"

namespace muster {

class MemoryWorld {
 public:
  Kv& kv() { return kv_; }

  void reopen() { REQUIRE(kv_.close().has_value()); }

 private:
  MemoryKv kv_;
};

class RocksWorld {
 public:
  RocksWorld() { open(); }

  Kv& kv() { return *kv_; }

  void reopen() {
    REQUIRE(kv_->close().has_value());
    kv_.reset();
    open();
  }

 private:
  void open() {
    RocksKvOptions options;
    options.path = scratch_.path() / "db";
    options.create_if_missing = true;
    auto opened = open_rocks_kv(options);
    REQUIRE(opened.has_value());
    kv_ = std::move(*opened);
  }

  ScratchDirectory scratch_;
  std::unique_ptr<Kv> kv_;
};

inline void put(Kv& kv, Family family, std::string_view key, std::string_view value) {
  const auto batch = kv.new_batch();
  batch->put(family, key, value);
  REQUIRE(kv.write(*batch).has_value());
}

inline void put_each(Kv& kv, Family family, std::string_view keys) {
  for (const char& key : keys) {
    put(kv, family, {&key, 1}, "v");
  }
}

inline std::string value_of(const Kv& kv,
                            Family family,
                            std::string_view key,
                            const KvSnapshot* snapshot = nullptr) {
  std::string value = "left over";
  const auto found = kv.get(family, key, value, snapshot);
  REQUIRE(found.has_value());
  CHECK((*found || value.empty()));
  return *found ? value : "(none)";
}

/// The rows as `a=1 b=2`.
inline std::string rows_of(const Kv& kv,
                           Family family,
                           KvRange range = {},
                           const KvSnapshot* snapshot = nullptr) {
  std::string text;
  const auto visit = [&](std::string_view key, std::string_view value) {
    text += (text.empty() ? "" : " ") + std::string{key} + "=" + std::string{value};
    return true;
  };
  REQUIRE(kv.scan(family, std::move(range), visit, snapshot).has_value());
  return text;
}

}  // namespace muster
