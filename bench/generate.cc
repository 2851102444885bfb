#include "bench/generate.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include <unistd.h>

#include "engine/core/progress.h"

namespace muster {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20U;

struct FileCloser {
  void operator()(std::FILE* file) const {
    if (file != stdout) {
      std::fclose(file);
    }
  }
};

using File = std::unique_ptr<std::FILE, FileCloser>;

Micros now() {
  return Micros{std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count()};
}

Result<File> open_for_writing(const std::string& name) {
  File file{name.empty() ? stdout : std::fopen(name.c_str(), "wbe")};
  if (file == nullptr) {
    return failure(Errc::kIo, "not_writable", "cannot write " + name);
  }
  return file;
}

Result<> write(std::FILE* file, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file) != text.size() || std::fflush(file) != 0) {
    return failure(Errc::kIo, "not_written", "the output could not be written");
  }
  return {};
}

void print(const std::optional<std::string>& line) {
  if (line) {
    std::fputs(line->c_str(), stderr);
  }
}

}  // namespace

Result<> generate_users(const People& people, GeneratedUsers users, const std::string& file) {
  MUSTER_TRY(const File output, open_for_writing(file));
  Progress progress{
      {.unit = "users", .total = users.count, .terminal = ::isatty(STDERR_FILENO) == 1}, now()};
  std::string block;
  for (std::uint64_t number = 0; number < users.count; ++number) {
    people.append_row(block, number, users.edition);
    block.push_back('\n');
    if (block.size() >= kBlockBytes) {
      MUSTER_CHECKED(write(output.get(), block));
      block.clear();
      progress.update(number + 1, number + 1);
      print(progress.render(now()));
    }
  }
  MUSTER_CHECKED(write(output.get(), block));
  progress.update(users.count, users.count);
  print(progress.finish(now()));
  return {};
}

Result<> write_file(const std::string& file, std::string_view text) {
  MUSTER_TRY(const File output, open_for_writing(file));
  return write(output.get(), text);
}

}  // namespace muster
