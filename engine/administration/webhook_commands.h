/// Commands of webhooks.
#pragma once

#include <string>
#include <vector>

#include "engine/administration/prepare.h"

namespace muster {

inline constexpr std::size_t kWebhookUrlBytesMax = 2048;
inline constexpr std::size_t kWebhookTypesMax = 64;
/// Standard Webhooks: what a secret begins with, and how long its key may be.
inline constexpr std::string_view kWebhookSecretPrefix = "whsec_";
inline constexpr std::size_t kWebhookKeyBytesMin = 24;
inline constexpr std::size_t kWebhookKeyBytesMax = 64;

/// Refusals: webhook_id_taken.
struct CreateWebhook {
  LogId log{};
  std::string id;  // empty: made by the server
  std::string url;
  std::vector<std::string> types;
  std::string secret;
};

Result<Decide> prepare_create_webhook(const DomainPorts& ports, CreateWebhook input);

/// Nothing differs: no event. Refusals: webhook_not_found.
struct ReplaceWebhook {
  LogId log{};
  std::string id;
  std::string url;
  std::vector<std::string> types;
};

Result<Decide> prepare_replace_webhook(const DomainPorts& ports, ReplaceWebhook input);

/// Refusals: webhook_not_found.
struct DeleteWebhook {
  LogId log{};
  std::string id;
};

Result<Decide> prepare_delete_webhook(DeleteWebhook input);

}  // namespace muster
