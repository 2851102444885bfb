// Tables that people wrote, held to the code that they speak of.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/docs/comment_blocks.h"

namespace muster::docs {
namespace {

std::string text_of(std::string_view file) {
  const auto text = read_source(std::filesystem::path{MUSTER_TREE} / file);
  REQUIRE(text.has_value());
  return *text;
}

/// What stands between `open` and `close`, everywhere in a text.
std::vector<std::string> all_between(const std::string& text,
                                     std::string_view open,
                                     std::string_view close) {
  std::vector<std::string> found;
  for (auto at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
    const auto begin = at + open.size();
    found.push_back(text.substr(begin, text.find(close, begin) - begin));
  }
  return found;
}

std::string as_flag(std::string name) {
  std::ranges::replace(name, '_', '-');
  return "--" + name;
}

std::string as_variable(std::string name) {
  for (char& letter : name) {
    letter = letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  return "MUSTER_" + name;
}

TEST_CASE("every setting is documented with flag, variable and key", "[docs]") {
  const std::string page = text_of("docs/operating.md");
  const auto names = all_between(text_of("api/cli/settings.cc"), "Setting{\"", "\"");
  CHECK(names.size() > 10);
  for (const std::string& name : names) {
    const std::string row =
        "| `" + as_flag(name) + "` | `" + as_variable(name) + "` | `" + name + "` |";
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
  }
}

TEST_CASE("every metric is documented, and no other", "[docs]") {
  const std::string page = text_of("docs/operating.md");
  const std::string source = text_of("api/server/metrics.cc");
  const auto names = all_between(source, "\"muster_", "\"");
  CHECK(names.size() > 10);
  for (const std::string& name : names) {
    CAPTURE(name);
    CHECK(page.find("`muster_" + name + "`") != std::string::npos);
  }
  for (const std::string& name : all_between(page, "`muster_", "`")) {
    CAPTURE(name);
    CHECK(source.find("\"muster_" + name + "\"") != std::string::npos);
  }
}

TEST_CASE("every exit code is in the README", "[docs]") {
  const std::string page = text_of("README.md");
  std::string source = text_of("api/cli/exit_codes.h");
  source += text_of("replay/exit_codes.h");
  std::size_t codes = 0;
  for (const std::string& text : all_between(source, " = ", ",")) {
    const std::string code = text.substr(0, text.find_first_not_of("0123456789"));
    if (!code.empty()) {
      CAPTURE(code);
      CHECK(page.find("| " + code + " |") != std::string::npos);
      ++codes;
    }
  }
  CHECK(codes >= 9);
}

TEST_CASE("every route of the management listener is documented", "[docs]") {
  const std::string page = text_of("docs/operating.md");
  const std::string source = text_of("api/server/management_routes.cc");
  std::size_t routes = 0;
  for (const char* method : {"kGet", "kPost"}) {
    for (const std::string& route : all_between(source, std::string{method} + ", \"", "\"")) {
      CAPTURE(route);
      CHECK(page.find(route + "`") != std::string::npos);
      ++routes;
    }
  }
  CHECK(routes >= 4);
}

}  // namespace
}  // namespace muster::docs
