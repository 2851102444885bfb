/// Signatures of deliveries: Standard Webhooks 1.0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster {

/// `v1,` and base64 of HMAC-SHA-256 over `id.timestamp.body`. kInvalid "invalid_secret".
Result<std::string> webhook_signature(std::string_view secret,
                                      std::string_view id,
                                      std::int64_t timestamp,
                                      std::string_view body);

}  // namespace muster
