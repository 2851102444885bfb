/// One sealed segment: its bytes, without any knowledge of where keys lie.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/entropy.h"
#include "engine/ports/sealer.h"
#include "storage/seal/secret.h"

namespace muster {

/// The key of one subject and the slot it lies in.
struct SubjectKey {
  Slot slot{};
  SecretKey key;
};

/// Any thread may call these. kTooLarge beyond kSegmentPlaintextBytesMax.
Result<std::string> seal_segment(const SubjectKey& key,
                                 const SegmentContext& context,
                                 std::string_view plaintext,
                                 Entropy& entropy);

/// Which key a segment needs. kCorrupt "segment_damaged" when it cannot be a segment at all.
Result<Slot> segment_slot(std::string_view segment);

/// kCorrupt "segment_damaged" unless `key` and `context` are those it was sealed with and no byte
/// has changed.
Result<std::string> open_segment(const SecretKey& key,
                                 const SegmentContext& context,
                                 std::string_view segment);

}  // namespace muster
