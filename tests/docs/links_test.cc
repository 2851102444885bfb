#include "tests/docs/links.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

#include "tests/docs/comment_blocks.h"

namespace muster::docs {
namespace {

namespace fs = std::filesystem;

fs::path tree() {
  return MUSTER_TREE;
}

/// README, CHANGELOG and everything below docs/.
std::vector<fs::path> every_markdown_page() {
  std::vector<fs::path> pages{tree() / "README.md", tree() / "CHANGELOG.md"};
  for (const auto& entry : fs::recursive_directory_iterator{tree() / "docs"}) {
    if (entry.path().extension() == ".md") {
      pages.push_back(entry.path());
    }
  }
  std::ranges::sort(pages);
  return pages;
}

std::string text_of(const fs::path& page) {
  const auto text = read_source(page);
  CAPTURE(page.string());
  REQUIRE(text.has_value());
  return *text;
}

/// The page or file that a link of `page` leads to.
fs::path target_of(const fs::path& page, const std::string& link) {
  const std::string file = link.substr(0, link.find('#'));
  return file.empty() ? page : fs::weakly_canonical(page.parent_path() / file);
}

/// Empty when the link leads somewhere.
std::string fault_of(const fs::path& page, const std::string& link) {
  const fs::path target = target_of(page, link);
  if (!fs::exists(target)) {
    return page.filename().string() + ": " + link + " leads nowhere\n";
  }
  const auto hash = link.find('#');
  if (hash == std::string::npos || target.extension() != ".md") {
    return "";
  }
  const auto anchors = anchors_of(text_of(target));
  const bool found = std::ranges::find(anchors, link.substr(hash + 1)) != anchors.end();
  return found ? "" : page.filename().string() + ": " + link + " names no heading\n";
}

TEST_CASE("every link between our pages leads somewhere", "[docs]") {
  std::string faults;
  std::size_t links = 0;
  for (const fs::path& page : every_markdown_page()) {
    for (const std::string& link : links_of(text_of(page))) {
      if (!is_elsewhere(link)) {
        faults += fault_of(page, link);
        ++links;
      }
    }
  }
  CHECK(faults == "");
  CHECK(links > 20);
}

TEST_CASE("every page can be reached from the README", "[docs]") {
  std::set<fs::path> reached{tree() / "README.md"};
  std::vector<fs::path> waiting{tree() / "README.md"};
  while (!waiting.empty()) {
    const fs::path page = waiting.back();
    waiting.pop_back();
    for (const std::string& link : links_of(text_of(page))) {
      const fs::path target = target_of(page, link);
      const bool is_page = !is_elsewhere(link) && target.extension() == ".md";
      if (is_page && fs::exists(target) && reached.insert(target).second) {
        waiting.push_back(target);
      }
    }
  }
  std::string lost;
  for (const fs::path& page : every_markdown_page()) {
    lost += reached.contains(page) ? "" : fs::relative(page, tree()).string() + "\n";
  }
  CHECK(lost == "");
}

TEST_CASE("links are found where a reader sees them", "[docs]") {
  const std::vector<std::string> links = links_of(
      "[a](b.md) and ![c](d.svg)\n`[not](this)`\n```\n[nor](this)\n```\n<img src=\"e.svg\">\n");
  CHECK(links == std::vector<std::string>{"b.md", "d.svg", "e.svg"});
}

TEST_CASE("anchors are those that GitHub makes", "[docs]") {
  CHECK(anchors_of("# One Two\n### user.created\n## The store: db/\ntext\n```\n# no\n```\n") ==
        std::vector<std::string>{"one-two", "usercreated", "the-store-db"});
}

}  // namespace
}  // namespace muster::docs
