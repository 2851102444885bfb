#include "engine/core/ids.h"

#include <algorithm>

#include "engine/core/check.h"

namespace muster {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::array<std::size_t, 4> kDashBefore = {4, 6, 8, 10};  // byte indexes

int hex_value(char digit) {
  const auto at = kHexDigits.find(digit);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

std::string Uuid::text() const {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (std::ranges::find(kDashBefore, i) != kDashBefore.end()) {
      out.push_back('-');
    }
    out.push_back(kHexDigits[bytes[i] >> 4U]);
    out.push_back(kHexDigits[bytes[i] & 0x0FU]);
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) {
    return std::nullopt;
  }
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (std::ranges::find(kDashBefore, i) != kDashBefore.end() && text[at++] != '-') {
      return std::nullopt;
    }
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return uuid;
}

Uuid Uuid::from_bytes(std::string_view bytes) {
  check(bytes.size() == 16, "a UUID has sixteen bytes");
  Uuid uuid;
  std::ranges::copy(bytes, reinterpret_cast<char*>(uuid.bytes.data()));
  return uuid;
}

}  // namespace muster
