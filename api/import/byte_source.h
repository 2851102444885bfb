/// Bytes of an import file, one at a time, read in blocks. A byte order mark at the beginning is
/// passed over. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>

namespace muster {

class ByteSource {
 public:
  static constexpr int kEnd = -1;

  /// `input` must outlive this object.
  explicit ByteSource(std::istream& input) : input_{input} {}

  /// The next byte, which stays; kEnd at the end of the input, or when it cannot be read.
  int peek() {
    return at_ < block_.size() || refill() ? static_cast<unsigned char>(block_[at_]) : kEnd;
  }

  int take() {
    const int byte = peek();
    if (byte != kEnd) {
      ++at_;
      ++bytes_consumed_;
      line_ += byte == '\n' ? 1U : 0U;
    }
    return byte;
  }

  /// Line of the next byte, counted from 1.
  [[nodiscard]] std::uint64_t line() const { return line_; }

  [[nodiscard]] std::uint64_t bytes_consumed() const { return bytes_consumed_; }

  /// Whether reading ended early because of the operating system.
  [[nodiscard]] bool failed() const { return input_.bad(); }

 private:
  bool refill();

  std::istream& input_;
  std::string block_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_consumed_ = 0;
};

}  // namespace muster
