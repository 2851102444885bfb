/// JSON Patch (RFC 6902) with JSON Pointers (RFC 6901).
#pragma once

#include <cstddef>

#include "engine/core/json_tree.h"
#include "engine/core/result.h"

namespace muster {

struct JsonPatchLimits {
  std::size_t operations = 4096;
  std::size_t depth = 64;
  /// Bytes that all operations together may add, copy and compare: what keeps a small patch from
  /// making a large document, or much work.
  std::size_t bytes = std::size_t{64} * 1024 * 1024;
};

/// Applies the operations in order. The first that fails ends it, and leaves `document` half
/// changed: throw it away. Fault pointers lead into the patch: "/2/path".
///
/// Failures: kInvalidSyntax "invalid_patch" for what is no patch; kInvalid "patch_path_missing",
/// "patch_test_failed", "patch_too_deep"; kTooLarge "patch_too_large".
Result<void> apply_json_patch(JsonTree& document,
                              JsonValue operations,
                              const JsonPatchLimits& limits = {});

}  // namespace muster
