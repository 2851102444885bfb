/// What `muster doctor` looks at, in a directory that is stopped or whose server is running.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports/clock.h"
#include "engine/ports/entropy.h"

namespace muster {

enum class Verdict : std::uint8_t {
  kFine,
  kNotice,  // works, and wants somebody's attention
  kBad,     // damaged, or would not start
};

struct Diagnosis {
  Verdict verdict{};
  std::string about;  // one word or two
  std::string says;
  std::string next;  // what to do; empty when there is nothing to do
};

struct ExaminationOptions {
  std::filesystem::path data;
  std::optional<std::string> master_key;
  std::optional<std::filesystem::path> master_key_file;
};

/// Changes nothing. The first ones are those that others depend on.
std::vector<Diagnosis> examine(const ExaminationOptions& options, Clock& clock, Entropy& entropy);

}  // namespace muster
