#include "api/import/line_source.h"

namespace muster {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

LineSource::LineSource(std::istream& input, std::size_t line_bytes_max)
    : input_{input}, line_bytes_max_{line_bytes_max} {}

bool LineSource::refill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kBlockBytes);
  input_.read(buffer_.data() + kept, static_cast<std::streamsize>(kBlockBytes));
  const auto count = static_cast<std::size_t>(input_.gcount());
  buffer_.resize(kept + count);
  if (lines_ == 0 && bytes_consumed_ == 0 && kept == 0) {
    skip_byte_order_mark();
  }
  return count != 0;
}

void LineSource::skip_byte_order_mark() {
  if (std::string_view{buffer_}.starts_with(kByteOrderMark)) {
    begin_ = kByteOrderMark.size();
    bytes_consumed_ = kByteOrderMark.size();
  }
}

std::optional<LineSource::Line> LineSource::next() {
  std::size_t scanned = 0;
  bool too_long = false;
  std::size_t end = 0;
  bool ended_by_newline = true;
  while (true) {
    end = buffer_.find('\n', begin_ + scanned);
    if (end != std::string::npos) {
      break;
    }
    scanned = buffer_.size() - begin_;
    // Two bytes of grace, so that CRLF does not count.
    if (scanned > line_bytes_max_ + 2) {
      too_long = true;
      bytes_consumed_ += scanned;
      begin_ = buffer_.size();
      scanned = 0;
    }
    if (!refill()) {
      end = buffer_.size();
      ended_by_newline = false;
      break;
    }
  }

  if (!ended_by_newline && end == begin_ && !too_long) {
    return std::nullopt;
  }
  std::string_view text = std::string_view{buffer_}.substr(begin_, end - begin_);
  begin_ = ended_by_newline ? end + 1 : end;
  bytes_consumed_ += text.size() + (ended_by_newline ? 1 : 0);
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  too_long = too_long || text.size() > line_bytes_max_;
  return Line{
      .text = too_long ? std::string_view{} : text, .number = ++lines_, .too_long = too_long};
}

bool LineSource::next_begins_with(char byte) {
  if (begin_ == buffer_.size() && !refill()) {
    return false;
  }
  // A block may hold nothing but a byte order mark.
  return begin_ < buffer_.size() && buffer_[begin_] == byte;
}

}  // namespace muster
