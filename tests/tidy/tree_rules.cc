#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/tidy/rules.h"

namespace tidy {

namespace {

constexpr std::string_view kList = "CMakeLists.txt";

// The words of a CMake list without its comments. A source counts as named only as a whole word:
// user_test.cc is not named by superuser_test.cc.
std::set<std::string> words_of_cmake(std::string_view text) {
  std::set<std::string> words;
  for (const auto line : lines_of(text)) {
    std::string code(line.substr(0, line.find('#')));
    for (char& c : code) {
      if (c == '(' || c == ')' || c == '"') c = ' ';
    }
    std::istringstream stream(code);
    for (std::string word; stream >> word;) {
      words.insert(word);
    }
  }
  return words;
}

using Lists = std::map<std::string, std::set<std::string>>;

// Whether the list of a file's folder, or of a folder above, names it by the path from there.
bool is_listed(const std::string& path, const Lists& lists) {
  for (auto slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    const auto list = lists.find(path.substr(0, slash));
    if (list != lists.end() && list->second.contains(path.substr(slash + 1))) return true;
  }
  return false;
}

bool is_included(const std::string& path, const Tree& tree) {
  const auto line = "#include \"" + path + '"';
  for (const auto& source : tree) {
    if (is_cpp(source.path) && source.text.find(line) != std::string::npos) return true;
  }
  return false;
}

bool exists(const std::string& path, const Tree& tree) {
  return std::any_of(
      tree.begin(), tree.end(), [&path](const Source& source) { return source.path == path; });
}

std::string folder_of_list(const std::string& path) {
  return path.substr(0, path.size() - kList.size() - 1);
}

bool is_list(const std::string& path) {
  return path.ends_with("/" + std::string(kList));
}

}  // namespace

Findings dead_files(const Tree& tree) {
  Lists lists;
  for (const auto& source : tree) {
    if (is_list(source.path)) lists[folder_of_list(source.path)] = words_of_cmake(source.text);
  }
  Findings findings;
  for (const auto& source : tree) {
    if (source.path.ends_with(".cc") && !is_listed(source.path, lists)) {
      findings.push_back({source.path, 1, "dead-file", "no CMakeLists.txt names it"});
    } else if (source.path.ends_with(".h") && !is_included(source.path, tree)) {
      findings.push_back({source.path, 1, "dead-file", "nothing includes it"});
    }
  }
  return findings;
}

Findings lost_files(const Tree& tree) {
  Findings findings;
  for (const auto& source : tree) {
    if (!is_list(source.path)) continue;
    for (const auto& word : words_of_cmake(source.text)) {
      const bool named = word.ends_with(".cc") && word.find('$') == std::string::npos;
      if (!named || exists(folder_of_list(source.path) + "/" + word, tree)) continue;
      findings.push_back({source.path, 1, "lost-file", word + " does not exist"});
    }
  }
  return findings;
}

}  // namespace tidy
