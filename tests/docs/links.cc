#include "tests/docs/links.h"

#include <algorithm>

namespace muster::docs {
namespace {

/// Calls `visit` for each line that is not in a code block.
template <class Visitor>
void each_line(std::string_view markdown, const Visitor& visit) {
  bool code = false;
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.starts_with("```")) {
      code = !code;
    } else if (!code) {
      visit(line);
    }
  }
}

/// The line with its `code` blanked.
std::string without_code(std::string_view line) {
  std::string out{line};
  bool code = false;
  for (char& letter : out) {
    if (letter == '`') {
      code = !code;
    } else if (code) {
      letter = ' ';
    }
  }
  return out;
}

void find_between(const std::string& line,
                  std::string_view open,
                  char close,
                  std::vector<std::string>& out) {
  for (auto at = line.find(open); at != std::string::npos; at = line.find(open, at + 1)) {
    const auto begin = at + open.size();
    const auto end = line.find(close, begin);
    if (end != std::string::npos) {
      out.push_back(line.substr(begin, end - begin));
    }
  }
}

}  // namespace

std::vector<std::string> links_of(std::string_view markdown) {
  std::vector<std::string> links;
  each_line(markdown, [&](std::string_view line) {
    const std::string text = without_code(line);
    find_between(text, "](", ')', links);
    find_between(text, "src=\"", '"', links);
    find_between(text, "href=\"", '"', links);
  });
  return links;
}

std::vector<std::string> anchors_of(std::string_view markdown) {
  std::vector<std::string> anchors;
  each_line(markdown, [&](std::string_view line) {
    if (!line.starts_with("#")) {
      return;
    }
    const auto text = std::min(line.find_first_not_of("# "), line.size());
    std::string anchor;
    for (const char letter : line.substr(text)) {
      const auto lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
      const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                        lower == '-' || lower == '_' || static_cast<unsigned char>(lower) >= 0x80;
      if (kept || lower == ' ') {
        anchor.push_back(lower == ' ' ? '-' : lower);
      }
    }
    anchors.push_back(anchor);
  });
  return anchors;
}

bool is_elsewhere(std::string_view target) {
  return target.starts_with("https://") || target.starts_with("http://") ||
         target.starts_with("mailto:");
}

}  // namespace muster::docs
