/// Lines of an import file, read in blocks, with a bound on their length. LF and CRLF both end a
/// line and are not part of it; the last line needs neither. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

/// 1 MiB: the bound of a request body too, so whatever may be sent may also be imported.
inline constexpr std::size_t kImportLineBytesMax = std::size_t{1} << 20U;

class LineSource {
 public:
  struct Line {
    /// Valid until the next call of any method that is not const. Empty when too long.
    std::string_view text;
    /// Counted from 1.
    std::uint64_t number = 0;
    /// Longer than `line_bytes_max`; the line was passed over.
    bool too_long = false;
  };

  /// `input` must outlive this object.
  explicit LineSource(std::istream& input, std::size_t line_bytes_max = kImportLineBytesMax);

  /// Nothing at the end of the input, or when it cannot be read (see `failed`).
  std::optional<Line> next();

  /// Whether there is another line and it begins with `byte`.
  bool next_begins_with(char byte);

  /// Bytes of all lines handed out so far, line ends included.
  [[nodiscard]] std::uint64_t bytes_consumed() const { return bytes_consumed_; }

  /// Whether reading ended early because of the operating system.
  [[nodiscard]] bool failed() const { return input_.bad(); }

 private:
  // Appends a block to the buffer; false at the end of the input.
  bool refill();
  void skip_byte_order_mark();

  std::istream& input_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_consumed_ = 0;
};

}  // namespace muster
