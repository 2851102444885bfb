#include "api/webhooks/signature.h"

#include "engine/administration/webhook_commands.h"
#include "engine/core/bytes.h"
#include "storage/seal/digest.h"

namespace muster {

Result<std::string> webhook_signature(std::string_view secret,
                                      std::string_view id,
                                      std::int64_t timestamp,
                                      std::string_view body) {
  const auto key = secret.starts_with(kWebhookSecretPrefix)
                       ? from_base64(secret.substr(kWebhookSecretPrefix.size()))
                       : std::nullopt;
  if (!key) {
    return failure(Errc::kInvalid, "invalid_secret", "the secret of a webhook cannot be used");
  }
  const std::string head = std::string{id} + "." + std::to_string(timestamp) + ".";
  return "v1," + to_base64(as_view(HmacSha256{*key}.of(head, body)));
}

}  // namespace muster
