#include "api/cli/role_text.h"

namespace muster {

Result<std::vector<RoleGrant>> read_roles(const Services& services,
                                          LogId log,
                                          const std::vector<std::string>& texts) {
  std::vector<RoleGrant> roles;
  if (texts == std::vector<std::string>{"none"}) {
    return roles;
  }
  for (const std::string& text : texts) {
    RoleGrant grant;
    const auto mark = text.find_first_of("@:");
    grant.role = text.substr(0, mark);
    if (mark != std::string::npos && text[mark] == '@') {
      grant.workspace = text.substr(mark + 1);
    } else if (mark != std::string::npos) {
      grant.pool_id = text.substr(mark + 1);
      MUSTER_TRY(const auto pool,
                 services.catalog.find_pool(*services.published.now(), log, grant.pool_id));
      if (pool == nullptr) {
        return failure(
            Errc::kNotFound, "pool_not_found", "there is no pool '" + grant.pool_id + "'");
      }
      grant.pool = pool->head.stream;
    }
    roles.push_back(std::move(grant));
  }
  return roles;
}

std::string roles_text(const std::vector<RoleGrant>& roles) {
  std::string text;
  for (const RoleGrant& grant : roles) {
    text += (text.empty() ? "" : " ") + grant.role;
    if (!grant.workspace.empty()) {
      text += "@" + grant.workspace;
    }
    if (!grant.pool_id.empty()) {
      text += ":" + grant.pool_id;
    }
  }
  return text;
}

}  // namespace muster
