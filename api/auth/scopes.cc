#include "api/auth/scopes.h"

#include <algorithm>

namespace muster {

Scopes scopes_of(const std::vector<std::string>& names) {
  Scopes scopes;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kScopeNames, name);
    if (found != kScopeNames.end()) {
      scopes.add(static_cast<Scope>(found - kScopeNames.begin()));
    }
  }
  return scopes;
}

bool is_scope(std::string_view name) {
  return std::ranges::find(kScopeNames, name) != kScopeNames.end();
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) {
      names.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

std::string join_scopes(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += (out.empty() ? "" : " ") + name;
  }
  return out;
}

}  // namespace muster
