#include "api/import/byte_source.h"

#include <string_view>

namespace muster {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool ByteSource::refill() {
  const bool first = bytes_consumed_ == 0;
  block_.resize(kBlockBytes);
  input_.read(block_.data(), static_cast<std::streamsize>(kBlockBytes));
  block_.resize(static_cast<std::size_t>(input_.gcount()));
  at_ = 0;
  if (first && std::string_view{block_}.starts_with(kByteOrderMark)) {
    at_ = kByteOrderMark.size();
    bytes_consumed_ = kByteOrderMark.size();
  }
  return at_ < block_.size();
}

}  // namespace muster
