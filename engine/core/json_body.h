/// What a JsonDocument owns. Included by engine/core/json*.cc only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "engine/core/json.h"

namespace muster {

struct JsonDocument::Body : detail::JsonTape {
  simdjson::dom::document parsed;
  std::unique_ptr<char[]> source;  // followed by simdjson's padding
  std::size_t source_bytes = 0;

  /// Where in the source the token of each word of the tape begins. Most documents are never asked,
  /// so it is made on the first question.
  mutable std::once_flag offsets_once;
  mutable std::vector<std::uint32_t> offsets;
  mutable bool is_minified = false;  // nothing stands between the tokens

  [[nodiscard]] std::string_view text() const { return {source.get(), source_bytes}; }
};

}  // namespace muster
