#include "api/server/followed_stretch.h"

#include <algorithm>

namespace muster {

Result<void> FollowedStretch::read(const LogReader& reader) {
  const std::uint64_t size = point_->size_of(log_);
  if (begin_ >= size) {
    return {};
  }
  return reader.each_open_part(
      log_, Position{begin_}, [&](Position position, std::string_view open_part) -> Result<bool> {
        MUSTER_CHECKED(take(open_part));
        return raw(position) + 1 < size && events_.size() < kEventsMax && bytes_ < kBytesMax;
      });
}

Result<void> FollowedStretch::take(std::string_view open_part) {
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
  FollowedEvent event;
  event.header = parsed.header();
  event.open_part = open_part;
  if (std::ranges::find(types_, event.header.type) == types_.end()) {
    types_.push_back(event.header.type);
  }
  streams_.insert(event.header.stream);
  bytes_ += open_part.size();
  events_.push_back(std::move(event));
  return {};
}

void FollowedStretch::keep(std::uint64_t position, std::size_t kind, FollowedDocument document) {
  if (document_bytes_ + document.json.size() <= kDocumentBytesMax) {
    document_bytes_ += document.json.size();
    at(position).documents.at(kind) = std::move(document);
  }
}

}  // namespace muster
