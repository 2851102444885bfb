/// A few copies of one thing, so that threads that read it do not meet at one lock or one reference
/// count. A thread always uses the same slot; two threads share one only when there are many.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>

namespace muster {

/// Readers are as many as cores; above this they begin to share.
inline constexpr std::size_t kReaderSlots = 16;

/// Which slot the calling thread uses.
inline std::size_t my_reader_slot() {
  static std::atomic<std::size_t> threads{0};
  thread_local std::size_t mine = threads.fetch_add(1, std::memory_order_relaxed);
  return mine % kReaderSlots;
}

template <class T>
class ReaderSlots {
 public:
  /// Calls `use(T&)` with the calling thread's slot while nobody else uses it.
  template <class Use>
  auto with_mine(Use&& use) {
    Slot& slot = slots_[my_reader_slot()];
    const std::lock_guard lock{slot.mutex};
    return use(slot.value);
  }

  /// Calls `use(T&)` with each slot.
  template <class Use>
  void with_each(Use&& use) {
    for (Slot& slot : slots_) {
      const std::lock_guard lock{slot.mutex};
      use(slot.value);
    }
  }

 private:
  // 64 bytes: a cache line, so that neighbours do not disturb each other.
  struct alignas(64) Slot {
    std::mutex mutex;
    T value{};
  };

  std::array<Slot, kReaderSlots> slots_;
};

}  // namespace muster
