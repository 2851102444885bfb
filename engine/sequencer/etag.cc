#include <charconv>

#include "engine/core/bytes.h"
#include "engine/sequencer/command.h"

namespace muster {
namespace {

/// Random bits of a UUIDv7 (RFC 9562 section 5.7).
constexpr std::size_t kStreamBytes = 4;

std::string open_tag(Epoch epoch, StreamId stream, Revision revision) {
  const std::string_view id = stream.view();
  return '"' + std::to_string(raw(epoch)) + '.' + std::to_string(raw(revision)) + '.' +
         to_hex(id.substr(id.size() - kStreamBytes));
}

}  // namespace

std::optional<EarlierTag> earlier_tag(std::string_view etag, Epoch now) {
  if (!etag.starts_with('"')) {
    return std::nullopt;
  }
  std::uint32_t epoch = 0;
  const auto [dot, error] = std::from_chars(etag.data() + 1, etag.data() + etag.size(), epoch);
  if (error != std::errc{} || dot == etag.data() + etag.size() || *dot != '.' || epoch == 0 ||
      epoch >= raw(now)) {
    return std::nullopt;
  }
  const auto rest = etag.substr(static_cast<std::size_t>(dot - etag.data()));
  return EarlierTag{Epoch{epoch}, '"' + std::to_string(raw(now)) + std::string{rest}};
}

std::string make_etag(Epoch epoch, StreamId stream, Revision shown) {
  return open_tag(epoch, stream, shown) + '"';
}

std::string make_etag(Epoch epoch, const StreamHead& head) {
  return make_etag(epoch, head.stream, head.shown);
}

std::string make_etag(const Accepted& accepted) {
  return make_etag(accepted.epoch, accepted.stream, accepted.shown);
}

std::string make_pool_etag(Epoch epoch, const StreamHead& pool, const Counters& counters) {
  std::string etag = open_tag(epoch, pool.stream, pool.shown);
  for (const std::int64_t counter : counters) {
    etag += '.' + std::to_string(counter);
  }
  return etag + '"';
}

}  // namespace muster
