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
