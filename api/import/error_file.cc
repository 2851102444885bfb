#include "api/import/error_file.h"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "api/import/text.h"
#include "engine/core/json_writer.h"
#include "engine/text/utf8.h"

namespace muster {

namespace {

constexpr std::size_t kTextBytesMax = 1024;
constexpr std::size_t kFaultsMax = 16;
constexpr std::size_t kPendingBytesMax = std::size_t{64} << 10U;

Failure io_failure(std::string_view what, int error) {
  return failure(Errc::kIo,
                 "error_file_unwritable",
                 std::string{what} + ": " + std::system_category().message(error));
}

// Keys come from files of any encoding.
std::string printable(std::string_view text) {
  return is_valid_utf8(text) ? std::string{cut_to(text, kTextBytesMax)} : "(not UTF-8)";
}

void append_row(std::string& out, const RowFailure& row) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("line", row.line);
  writer.member("key", printable(row.key));
  writer.member("error_code", row.failure.rule);
  writer.member("reason", printable(row.failure.reason));
  if (row.skipped) {
    writer.member("skipped", true);
  }
  const auto& faults = row.failure.faults;
  if (!faults.empty()) {
    writer.member("pointer", printable(faults.front().pointer));
  }
  if (faults.size() > 1) {
    writer.key("faults");
    writer.begin_array();
    for (std::size_t index = 0; index < faults.size() && index < kFaultsMax; ++index) {
      writer.begin_object();
      writer.member("pointer", printable(faults[index].pointer));
      writer.member("rule", faults[index].rule);
      writer.member("reason", printable(faults[index].reason));
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
  out.push_back('\n');
}

}  // namespace

ErrorFile::ErrorFile(std::filesystem::path path) : path_{std::move(path)} {
  std::error_code ignored;
  // What cannot be removed makes open() fail, and that is reported.
  std::filesystem::remove(path_, ignored);
}

ErrorFile::~ErrorFile() {
  if (file_ >= 0) {
    static_cast<void>(flush());
    ::close(file_);
  }
}

Result<> ErrorFile::open() {
  // O_EXCL follows no link that somebody put there.
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) {
    return io_failure("cannot make the file for failed rows", errno);
  }
  return {};
}

Result<> ErrorFile::add(const RowFailure& row) {
  ++rows_;
  if (rows_ > kRowsMax + 1) {
    return {};
  }
  if (file_ < 0) {
    MUSTER_CHECKED(open());
  }
  if (rows_ == kRowsMax + 1) {
    pending_.append("{\"truncated\":true}\n");
  } else {
    append_row(pending_, row);
  }
  return pending_.size() < kPendingBytesMax ? Result<>{} : flush();
}

Result<> ErrorFile::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const ssize_t count = ::write(file_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return io_failure("cannot write the file for failed rows", errno);
    }
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  pending_.clear();
  return {};
}

std::filesystem::path error_file_path(const std::filesystem::path& import_file) {
  std::filesystem::path result = import_file;
  result += ".errors.ndjson";
  return result;
}

}  // namespace muster
