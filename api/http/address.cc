#include "api/http/address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <arpa/inet.h>

namespace muster {
namespace {

struct Block4 {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

constexpr auto kSpecial = std::to_array<Block4>({{quad(0, 0, 0, 0), 8},
                                                 {quad(10, 0, 0, 0), 8},
                                                 {quad(100, 64, 0, 0), 10},
                                                 {quad(127, 0, 0, 0), 8},
                                                 {quad(169, 254, 0, 0), 16},
                                                 {quad(172, 16, 0, 0), 12},
                                                 {quad(192, 0, 0, 0), 24},
                                                 {quad(192, 0, 2, 0), 24},
                                                 {quad(192, 88, 99, 0), 24},
                                                 {quad(192, 168, 0, 0), 16},
                                                 {quad(198, 18, 0, 0), 15},
                                                 {quad(198, 51, 100, 0), 24},
                                                 {quad(203, 0, 113, 0), 24},
                                                 {quad(224, 0, 0, 0), 3}});

bool is_public4(std::span<const std::uint8_t, 4> bytes) {
  const std::uint32_t address = quad(bytes[0], bytes[1], bytes[2], bytes[3]);
  return std::ranges::none_of(kSpecial, [&](const Block4& block) {
    return (address ^ block.first) >> (32 - block.bits) == 0;
  });
}

bool is_public6(std::span<const std::uint8_t, 16> bytes) {
  const bool mapped =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
      bytes[10] == 0xFF && bytes[11] == 0xFF;
  if (mapped) {
    return is_public4(bytes.last<4>());
  }
  const bool given_out = (bytes[0] & 0xE0U) == 0x20;
  const bool teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
  const bool documentation =
      bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8;
  const bool six_to_four = bytes[0] == 0x20 && bytes[1] == 0x02;
  return given_out && !teredo && !documentation && !six_to_four;
}

}  // namespace

bool is_public_address(const std::string& text) {
  std::array<std::uint8_t, 4> four{};
  if (::inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
    return is_public4(four);
  }
  std::array<std::uint8_t, 16> six{};
  return ::inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && is_public6(six);
}

}  // namespace muster
