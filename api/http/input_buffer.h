/// Bytes read from a connection and not yet parsed. Small while it waits, larger while a body
/// comes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace muster {

class InputBuffer {
 public:
  /// Room enough for nearly every request; what an idle connection costs.
  static constexpr std::size_t kSmallBytes = 4096;
  /// What one read of a body takes at most.
  static constexpr std::size_t kBodyReadBytes = 64U * 1024;

  InputBuffer() { resize(kSmallBytes); }

  [[nodiscard]] std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }

  [[nodiscard]] bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// Line ends in front of a request (RFC 9112 section 2.2).
  void skip_line_ends() {
    while (!empty() && (bytes_[begin_] == '\r' || bytes_[begin_] == '\n'))
      consume(1);
  }

  /// Where to read to, with space for `expected` bytes within the bound. Empty when `bytes_max`
  /// bytes are waiting already. Invalidates view().
  std::span<char> room(std::size_t expected, std::size_t bytes_max);

  void commit(std::size_t count) { end_ += count; }

  /// Forgets all and gives large memory back.
  void clear();

  /// Gives large memory back if nothing is waiting.
  void shrink() {
    if (empty() && capacity_ > kSmallBytes) resize(kSmallBytes);
  }

 private:
  void resize(std::size_t capacity);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace muster
