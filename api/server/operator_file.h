/// DIR/operator.json: how the operator's tools reach the server that has the directory open.
/// Written at every start with a new token and removed at the end, mode 0600: who may read it may
/// tell the server to take a backup, as who may read the directory could copy it.
#pragma once

#include <filesystem>
#include <string>

#include "engine/core/result.h"
#include "engine/ports/entropy.h"

namespace muster {

struct OperatorFile {
  std::string management;  // host:port
  std::string token;
};

/// With a token of 32 random bytes.
Result<OperatorFile> write_operator_file(const std::filesystem::path& directory,
                                         const std::string& management,
                                         Entropy& entropy);
/// kNotFound "file_missing"; kInvalid "invalid_operator_file".
Result<OperatorFile> read_operator_file(const std::filesystem::path& directory);
void remove_operator_file(const std::filesystem::path& directory);

}  // namespace muster
