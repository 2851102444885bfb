#include "api/import/error_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "muster-import-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::filesystem::path file() const { return path_ / "people.ldif"; }

 private:
  std::filesystem::path path_;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream input{path};
  return {std::istreambuf_iterator<char>{input}, {}};
}

RowFailure row_at(std::uint64_t line) {
  return {line, "uid=\"ada\"", failure(Errc::kInvalid, "some_rule", "a reason")};
}

}  // namespace

TEST_CASE("failed rows are written one a line", "[import]") {
  const TemporaryDirectory directory;
  const auto path = error_file_path(directory.file());
  CHECK(path.filename() == "people.ldif.errors.ndjson");
  ErrorFile file{path};
  REQUIRE(file.add(row_at(3)).has_value());
  RowFailure placed = row_at(9);
  placed.key = "\xFF";
  placed.failure.faults = {{"/payload/a", "type", "x"}};
  REQUIRE(file.add(placed).has_value());
  placed.key.assign(5000, 'k');
  placed.failure.faults.push_back({"/payload/b", "enum", "y"});
  REQUIRE(file.add(placed).has_value());
  REQUIRE(file.flush().has_value());
  CHECK(content_of(path) ==
        R"({"line":3,"key":"uid=\"ada\"","error_code":"some_rule","reason":"a reason"})"
        "\n"
        R"x({"line":9,"key":"(not UTF-8)","error_code":"some_rule","reason":"a reason",)x"
        R"("pointer":"/payload/a"})"
        "\n"
        R"({"line":9,"key":")" +
            std::string(1024, 'k') +
            R"(","error_code":"some_rule","reason":"a reason","pointer":"/payload/a",)"
            R"("faults":[{"pointer":"/payload/a","rule":"type","reason":"x"},)"
            R"({"pointer":"/payload/b","rule":"enum","reason":"y"}]})"
            "\n");
  CHECK(file.rows() == 3);

  struct stat status {};

  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("without failures there is no file, not even an old one", "[import]") {
  const TemporaryDirectory directory;
  const auto path = error_file_path(directory.file());
  std::ofstream{path} << "old";
  { const ErrorFile file{path}; }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a file of failed rows ends at its bound", "[import]") {
  const TemporaryDirectory directory;
  const auto path = error_file_path(directory.file());
  ErrorFile file{path};
  bool ok = true;
  for (std::uint64_t line = 1; line <= ErrorFile::kRowsMax + 10; ++line) {
    ok = ok && file.add(row_at(line)).has_value();
  }
  CHECK(ok);
  REQUIRE(file.flush().has_value());
  CHECK(file.rows() == ErrorFile::kRowsMax + 10);
  std::ifstream input{path};
  std::uint64_t lines = 0;
  std::string last;
  for (std::string line; std::getline(input, line); ++lines) {
    last = line;
  }
  CHECK(lines == ErrorFile::kRowsMax + 1);
  CHECK(last == R"({"truncated":true})");
}

TEST_CASE("a file that cannot be made is reported", "[import]") {
  const TemporaryDirectory directory;
  ErrorFile file{directory.file() / "missing" / "x"};
  const auto added = file.add(row_at(1));
  REQUIRE_FALSE(added.has_value());
  CHECK(added.error().code == Errc::kIo);
}
