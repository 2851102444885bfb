/// A queue between threads, with one taker, that makes whoever gives wait while it is full.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace muster {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_{capacity} {}

  void put(T item) {
    std::unique_lock lock{mutex_};
    room_.wait(lock, [&] { return items_.size() < capacity_; });
    items_.push_back(std::move(item));
    any_.notify_one();
  }

  /// Nothing is put afterwards; take() empties the queue first.
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    any_.notify_one();
  }

  /// Waits; nothing once the queue is closed and empty.
  std::optional<T> take() {
    std::unique_lock lock{mutex_};
    any_.wait(lock, [&] { return !items_.empty() || closed_; });
    if (items_.empty()) {
      return std::nullopt;
    }
    std::optional<T> item{std::move(items_.front())};
    items_.pop_front();
    room_.notify_one();
    return item;
  }

 private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable any_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace muster
