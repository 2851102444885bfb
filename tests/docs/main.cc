/// `muster-docs DIR`: writes the pages of docs/ that are made from the code into DIR.

#include <cstdio>
#include <fstream>

#include "tests/docs/pages.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: muster-docs DIR\n", stderr);
    return 64;
  }
  const auto pages = muster::docs::every_page(MUSTER_TREE);
  if (!pages) {
    std::fprintf(stderr, "muster-docs: %s\n", pages.error().reason.c_str());
    return 1;
  }
  for (const muster::docs::Page& page : *pages) {
    const std::filesystem::path path = std::filesystem::path{argv[1]} / page.file;
    std::ofstream file{path, std::ios::binary};
    file << page.text;
    file.close();
    if (!file) {
      std::fprintf(stderr, "muster-docs: cannot write %s\n", path.c_str());
      return 74;
    }
    std::printf("%s\n", path.c_str());
  }
  return 0;
}
