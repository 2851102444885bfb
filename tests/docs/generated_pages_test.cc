#include <catch2/catch.hpp>

#include "engine/events/event_codec.h"
#include "storage/kv.h"
#include "tests/docs/comment_blocks.h"
#include "tests/docs/pages.h"

namespace muster::docs {
namespace {

/// The first line in which two texts differ; a whole page would not help whoever reads it.
std::string difference(const std::string& committed, const std::string& generated) {
  if (committed == generated) {
    return "";
  }
  std::size_t at = 0;
  while (at < committed.size() && at < generated.size() && committed[at] == generated[at]) {
    ++at;
  }
  const auto begin = generated.rfind('\n', at) + 1;
  return "generated: " + generated.substr(begin, generated.find('\n', at) - begin) +
         "; run ./dev events";
}

TEST_CASE("the generated pages are those that the code makes", "[docs]") {
  const auto pages = every_page(MUSTER_TREE);
  REQUIRE(pages.has_value());
  for (const Page& page : *pages) {
    CAPTURE(page.file);
    const auto committed =
        read_source(std::filesystem::path{MUSTER_TREE} / "docs" / std::string{page.file});
    REQUIRE(committed.has_value());
    CHECK(difference(*committed, page.text) == "");
  }
}

TEST_CASE("every event and every member of one is on its page", "[docs]") {
  const std::string page = events_page();
  for (const EventInfo& info : every_event()) {
    const auto at = page.find("### " + std::string{info.event.name} + "\n");
    REQUIRE(at != std::string::npos);
    const std::string section = page.substr(at, page.find("\n## ", at) - at);
    for (const FieldInfo& field : info.fields) {
      CAPTURE(info.event.name, field.name);
      CHECK(section.find("| `" + std::string{field.name} + "` |") != std::string::npos);
    }
  }
}

TEST_CASE("every family is on the page of formats", "[docs]") {
  const auto page = formats_page(MUSTER_TREE);
  REQUIRE(page.has_value());
  for (const std::string_view family : kFamilyNames) {
    CAPTURE(family);
    CHECK(page->find("| `" + std::string{family} + "` |") != std::string::npos);
  }
}

TEST_CASE("a page is not made when a comment it needs is gone", "[docs]") {
  CHECK_FALSE(formats_page(std::filesystem::path{MUSTER_TREE} / "tests").has_value());
}

}  // namespace
}  // namespace muster::docs
