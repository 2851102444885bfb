#include "api/server/operator_file.h"

#include <array>
#include <system_error>

#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::size_t kBytesMax = 4096;

std::filesystem::path path_in(const std::filesystem::path& directory) {
  return directory / "operator.json";
}

}  // namespace

Result<OperatorFile> write_operator_file(const std::filesystem::path& directory,
                                         const std::string& management,
                                         Entropy& entropy) {
  std::array<std::uint8_t, 32> random{};
  entropy.fill(random);
  OperatorFile file{management,
                    to_base64url({reinterpret_cast<const char*>(random.data()), random.size()})};
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("management", file.management);
  writer.member("token", file.token);
  writer.end_object();
  json.push_back('\n');
  MUSTER_CHECKED(write_file_atomically(path_in(directory), json));
  return file;
}

Result<OperatorFile> read_operator_file(const std::filesystem::path& directory) {
  MUSTER_TRY(const std::string text, read_file(path_in(directory), kBytesMax));
  MUSTER_TRY(const JsonDocument document, parse_json(text));
  const auto member = [&](std::string_view name) {
    const auto value = document.root().find(name);
    return std::string{value ? value->text().value_or(std::string_view{}) : std::string_view{}};
  };
  OperatorFile file{member("management"), member("token")};
  if (file.management.empty() || file.token.empty()) {
    return failure(Errc::kInvalid,
                   "invalid_operator_file",
                   path_in(directory).string() + " must hold management and token");
  }
  return file;
}

void remove_operator_file(const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::remove(path_in(directory), ignored);
}

}  // namespace muster
