#include "api/http/input_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace muster {

std::span<char> InputBuffer::room(std::size_t expected, std::size_t bytes_max) {
  if (begin_ != 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ >= bytes_max) return {};
  // Twice as large each time, so that a client that trickles bytes does not cost a copy a byte.
  const auto wanted =
      std::min(std::max(end_ + expected, end_ == capacity_ ? capacity_ * 2 : 0), bytes_max);
  if (wanted > capacity_) resize(wanted);
  return {bytes_.get() + end_, std::min(capacity_, bytes_max) - end_};
}

void InputBuffer::clear() {
  begin_ = end_ = 0;
  shrink();
}

void InputBuffer::resize(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ != begin_) std::memcpy(larger.get(), bytes_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace muster
