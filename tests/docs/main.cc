/// `muster-docs DIR`: writes the pages of docs/ that are made from the code into DIR.

#include <fstream>
#include <iostream>

#include "tests/docs/pages.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: muster-docs DIR\n";
    return 64;
  }
  const auto pages = muster::docs::every_page(MUSTER_TREE);
  if (!pages) {
    std::cerr << "muster-docs: " << pages.error().reason << '\n';
    return 1;
  }
  for (const muster::docs::Page& page : *pages) {
    const auto path = std::filesystem::path{argv[1]} / page.file;
    std::ofstream file{path, std::ios::binary};
    file << page.text;
    file.close();
    if (!file) {
      std::cerr << "muster-docs: cannot write " << path << '\n';
      return 74;
    }
    std::cout << path.string() << '\n';
  }
  return 0;
}
