#include "api/server/form.h"

#include <algorithm>

#include "engine/core/bytes.h"

namespace muster {

std::string decode_form_value(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte =
        text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) {
      out += *byte;
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

Form::Form(std::string_view body) {
  while (!body.empty()) {
    const std::string_view member = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(member.size() + 1, body.size()));
    const auto equals = std::min(member.find('='), member.size());
    const std::string_view value = member.substr(std::min(equals + 1, member.size()));
    members_.emplace_back(decode_form_value(member.substr(0, equals)), decode_form_value(value));
  }
}

bool Form::has(std::string_view name) const {
  return std::ranges::any_of(members_, [&](const auto& member) { return member.first == name; });
}

std::string Form::value(std::string_view name) const {
  const auto found =
      std::ranges::find_if(members_, [&](const auto& member) { return member.first == name; });
  return found == members_.end() ? std::string{} : found->second;
}

}  // namespace muster
