/// Key material that wipes itself.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace muster {

/// Overwrites in a way the compiler cannot leave out.
void wipe(std::span<std::uint8_t> bytes);

/// 32 bytes of key. Copies are wiped one by one, each when it dies.
class SecretKey {
 public:
  static constexpr std::size_t kBytes = 32;

  SecretKey() = default;
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;

  ~SecretKey() { wipe(bytes_); }

  [[nodiscard]] std::span<std::uint8_t, kBytes> writable() { return bytes_; }

  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::array<std::uint8_t, kBytes> bytes_{};
};

}  // namespace muster
