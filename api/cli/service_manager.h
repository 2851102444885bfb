/// What systemd learns from a service of Type=notify (sd_notify(3)). Does nothing elsewhere.
#pragma once

#include <string_view>

namespace muster {

/// `state` as "READY=1" or "STOPPING=1".
void notify_service_manager(std::string_view state);

}  // namespace muster
