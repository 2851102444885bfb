#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <catch2/catch.hpp>

namespace muster::docs {
namespace {

std::string read(const std::filesystem::path& path) {
  const std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The sources of all tests, with strings that were broken over lines put together again.
std::string every_test() {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{"tests"}) {
    if (entry.path().extension() == ".cc") {
      text += read(entry.path());
    }
  }
  return std::regex_replace(text, std::regex{R"("\s*\n\s*")"}, "");
}

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(' ');
  const auto to = text.find_last_not_of(' ');
  return from == std::string::npos ? std::string{} : text.substr(from, to - from + 1);
}

TEST_CASE("every decision names tests that exist", "[docs]") {
  const std::string tests = every_test();
  std::istringstream page{read("docs/decisions.md")};
  std::size_t decisions = 0;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| N-")) {
      continue;
    }
    ++decisions;
    const auto cell = line.rfind(" | ");
    std::istringstream names{line.substr(cell + 3, line.rfind('|') - cell - 3)};
    for (std::string name; std::getline(names, name, ';');) {
      INFO(line.substr(0, 6) << " names: " << trimmed(name));
      CHECK(tests.find("TEST_CASE(\"" + trimmed(name) + "\"") != std::string::npos);
    }
  }
  CHECK(decisions > 30);
}

}  // namespace
}  // namespace muster::docs
