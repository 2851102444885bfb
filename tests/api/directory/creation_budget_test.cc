/// What a creation costs on disk. It decides how many a second there can be, and creeps up unseen:
/// one more row per user is one more place in a sorted tree.

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "bench/people.h"
#include "storage/rocks_wal.h"
#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

struct Written {
  std::uint64_t keys = 0;
  std::uint64_t bytes = 0;
};

/// Everything the write-ahead log of the directory holds.
Written written(const Stack& stack) {
  Written sum;
  const auto files = wal_files(stack.data() / "db");
  REQUIRE(files);
  for (const auto& file : *files) {
    REQUIRE(read_wal_file(file, [&](const WalBatch& batch) { sum.keys += batch.keys; }));
    sum.bytes += std::filesystem::file_size(file);
  }
  return sum;
}

}  // namespace

TEST_CASE("a user of 900 bytes costs at most 12 keys and 3.3 KiB of log", "[directory]") {
  constexpr std::uint64_t kClients = 64;
  constexpr std::uint64_t kUsersEach = 8;
  Stack stack{{.held_to_document = false}};
  stack.make_pool("budget");
  const People people{built_in_names(), 1};
  const Written before = written(stack);

  std::atomic<std::uint64_t> created{0};
  std::vector<std::thread> clients;
  for (std::uint64_t client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      for (std::uint64_t i = 0; i < kUsersEach; ++i) {
        std::string body;
        people.append_row(body, client * kUsersEach + i);
        created += stack.system(Method::kPost, "/pools/budget/users", body).status == 201 ? 1U : 0U;
      }
    });
  }
  for (std::thread& client : clients) {
    client.join();
  }
  REQUIRE(created == kClients * kUsersEach);

  const Written after = written(stack);
  CHECK((after.keys - before.keys) / created <= 12);
  CHECK((after.bytes - before.bytes) / created <= 3379);  // 3.3 KiB
  CHECK((after.keys - before.keys) / created >= 6);       // or else this does not measure
}

}  // namespace muster::test
