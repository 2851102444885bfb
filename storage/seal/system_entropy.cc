#include "storage/seal/system_entropy.h"

#include <array>
#include <atomic>
#include <cstring>
#include <limits>

#include <pthread.h>

#include <openssl/rand.h>

#include "engine/core/check.h"
#include "storage/seal/secret.h"

namespace muster {

namespace {

// One call of RAND_bytes costs about a microsecond however little it gives.
constexpr std::size_t kBufferBytes = 4096;

// Raised in every forked child. Without it parent and child would give out the same bytes.
std::atomic<std::uint32_t> generation{1};

struct Buffer {
  std::array<std::uint8_t, kBufferBytes> bytes{};
  std::size_t used = kBufferBytes;
  std::uint32_t generation = 0;

  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  ~Buffer() { wipe(bytes); }
};

void draw(std::span<std::uint8_t> out) {
  check(out.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
        "too much entropy");
  check(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "no randomness");
}

}  // namespace

SystemEntropy::SystemEntropy() {
  static const int kRegistered =
      pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  check(kRegistered == 0, "pthread_atfork failed");
}

void SystemEntropy::fill(std::span<std::uint8_t> out) {
  if (out.empty()) return;
  if (out.size() > kBufferBytes / 4) {
    draw(out);
    return;
  }
  thread_local Buffer buffer;
  const std::uint32_t current = generation.load(std::memory_order_relaxed);
  if (buffer.generation != current || kBufferBytes - buffer.used < out.size()) {
    draw(buffer.bytes);
    buffer.used = 0;
    buffer.generation = current;
  }
  const auto taken = std::span{buffer.bytes}.subspan(buffer.used, out.size());
  std::memcpy(out.data(), taken.data(), out.size());
  wipe(taken);
  buffer.used += out.size();
}

}  // namespace muster
