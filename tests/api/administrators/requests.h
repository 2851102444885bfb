/// Requests that intents come to.
#pragma once

#include <string>
#include <string_view>

#include "api/http/request.h"
#include "tests/api/administrators/intent.h"

namespace muster::administrators {

inline constexpr std::string_view kAdminRoot = "/api/identity/default/admin";
inline constexpr std::string_view kSystemRoot = "/api/identity/default/system";
inline constexpr std::string_view kMusterRoot = "/api/muster/default";
inline constexpr std::string_view kConfiguration = "/api/identity/default/configuration";

Method method_of(const Intent& intent);
std::string target_of(const Intent& intent);
/// Where what is made or changed can be read; empty for an import.
std::string resource_of(const Intent& intent);

/// Whether permissions of pools are told under that name.
bool is_shown_permit(std::string_view permit);

Tree sorted(Tree list);

/// For people: everything that a request says.
std::string describe(const Intent& intent);

}  // namespace muster::administrators
