/// Reads a file from its beginning to its end, a piece whenever it is asked for, past the kernel's
/// cache where that goes: what is read is what lies on the disk, and what others need stays in
/// memory.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/result.h"
#include "storage/file_io.h"
#include "storage/seal/digest.h"

namespace muster {

struct FileSums {
  std::uint64_t bytes = 0;
  Digest sha256{};  // once the reader has ended, if it was asked for
  std::uint32_t crc32c = 0;
};

/// One thread.
class SlowReader {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

  static Result<SlowReader> open(const std::filesystem::path& path, bool with_sha256 = false);

  /// How many bytes came; what they were is in piece().
  Result<std::size_t> next();

  [[nodiscard]] std::string_view piece() const { return piece_; }

  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] const FileSums& sums() const { return sums_; }

 private:
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };

  SlowReader(FileHandle file, std::filesystem::path path, bool with_sha256);

  FileHandle file_;
  std::filesystem::path path_;
  bool with_sha256_;
  std::unique_ptr<char, Free> buffer_;
  std::string_view piece_;
  Sha256 hash_;
  FileSums sums_;
  bool ended_ = false;
};

}  // namespace muster
