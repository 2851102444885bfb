/// A directory of keys that vanishes with the test, and reproducible randomness to fill it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <random>
#include <span>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "engine/core/result.h"
#include "engine/ports/entropy.h"
#include "storage/seal/vault.h"

namespace muster {

class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed = 1) : source_{seed} {}

  void fill(std::span<std::uint8_t> out) override {
    const std::lock_guard lock{mutex_};
    for (std::uint8_t& byte : out)
      byte = static_cast<std::uint8_t>(source_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 source_;
};

class KeysDir {
 public:
  KeysDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster-seal-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    root_ = pattern;
  }

  KeysDir(const KeysDir&) = delete;
  KeysDir& operator=(const KeysDir&) = delete;

  ~KeysDir() { std::filesystem::remove_all(root_); }

  [[nodiscard]] std::filesystem::path root() const { return root_; }

  [[nodiscard]] std::filesystem::path keys() const { return root_ / "keys"; }

  [[nodiscard]] std::filesystem::path slots() const { return keys() / "slots"; }

  [[nodiscard]] VaultOptions options(bool read_only = false) const {
    VaultOptions options;
    options.ring.dir = keys();
    options.ring.read_only = read_only;
    return options;
  }

 private:
  std::filesystem::path root_;
};

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void overwrite(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// "ok", or the failure's rule: what a table of expectations compares.
template <class T>
std::string outcome(Result<T>&& result) {
  return result.has_value() ? "ok" : result.error().rule;
}

/// The value; ends the test when there is none.
template <class T>
T must(Result<T>&& result) {
  if (!result.has_value())
    throw std::runtime_error{result.error().rule + ": " + result.error().reason};
  return std::move(result).value();
}

inline void must(Result<void>&& result) {
  if (!result.has_value())
    throw std::runtime_error{result.error().rule + ": " + result.error().reason};
}

}  // namespace muster
