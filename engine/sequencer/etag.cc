#include "engine/sequencer/command.h"

namespace muster {

std::string make_etag(Epoch epoch, Revision revision) {
  return '"' + std::to_string(raw(epoch)) + '.' + std::to_string(raw(revision)) + '"';
}

std::string make_pool_etag(Epoch epoch, Revision revision, const Counters& counters) {
  std::string etag = '"' + std::to_string(raw(epoch)) + '.' + std::to_string(raw(revision));
  for (const std::int64_t counter : counters) {
    etag += '.' + std::to_string(counter);
  }
  return etag + '"';
}

}  // namespace muster
