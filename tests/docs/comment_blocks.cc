#include "tests/docs/comment_blocks.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace muster::docs {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What a line of a comment says, without the marks; nothing for a line of code.
std::optional<std::string_view> comment_text(std::string_view line) {
  const auto first = std::min(line.find_first_not_of(' '), line.size());
  std::string_view text = line.substr(first);
  if (text.starts_with("///")) {
    text.remove_prefix(3);
  } else if (first == 0 && text.starts_with("//")) {
    text.remove_prefix(2);
  } else {
    return std::nullopt;
  }
  text.remove_prefix(text.starts_with(' ') ? 1 : 0);
  return text;
}

using Comment = std::vector<std::string_view>;

std::vector<Comment> comments_of(std::string_view source) {
  std::vector<Comment> comments;
  bool inside = false;
  for (const std::string_view line : lines_of(source)) {
    const auto text = comment_text(line);
    if (text) {
      if (!inside) {
        comments.emplace_back();
      }
      comments.back().push_back(*text);
    }
    inside = text.has_value();
  }
  return comments;
}

bool is_code(std::string_view line) {
  return line.starts_with("  ") || line.find(" := ") != std::string_view::npos;
}

/// Code lines with what they have in common of their indentation taken away.
std::string fenced(const Comment& lines) {
  std::size_t indentation = std::string_view::npos;
  for (const std::string_view line : lines) {
    if (!line.empty()) {
      indentation = std::min(indentation, line.find_first_not_of(' '));
    }
  }
  std::string out = "```text\n";
  for (const std::string_view line : lines) {
    out += std::string{line.substr(std::min(indentation, line.size()))} + "\n";
  }
  return out + "```\n";
}

std::string as_markdown(const Comment& comment) {
  std::string out;
  Comment code;
  Comment empty;  // lines between code that may belong to it
  const auto end_code = [&] {
    if (!code.empty()) {
      out += (out.empty() || out.ends_with("\n\n") ? "" : "\n") + fenced(code);
      out += empty.empty() ? "\n" : "";
      code.clear();
    }
    out += empty.empty() ? "" : "\n";
    empty.clear();
  };
  for (const std::string_view line : comment) {
    if (line.empty()) {
      empty.push_back(line);
    } else if (is_code(line)) {
      if (code.empty()) {
        end_code();
      }
      code.insert(code.end(), empty.begin(), empty.end());
      empty.clear();
      code.push_back(line);
    } else {
      end_code();
      out += std::string{line} + "\n";
    }
  }
  empty.clear();
  end_code();
  while (out.ends_with("\n\n")) {
    out.pop_back();
  }
  return out;
}

Failure missing(std::string_view rule, std::string_view what) {
  return failure(Errc::kNotFound, rule, what);
}

}  // namespace

Result<std::string> read_source(const std::filesystem::path& path) {
  const std::ifstream file{path, std::ios::binary};
  if (!file) {
    return missing("source_missing", path.string() + " cannot be read");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::string> comment_as_markdown(std::string_view source, std::string_view beginning) {
  for (const Comment& comment : comments_of(source)) {
    if (comment.front().starts_with(beginning)) {
      return as_markdown(comment);
    }
  }
  return missing("comment_missing", "no comment begins with '" + std::string{beginning} + "'");
}

Result<std::string> declaration_as_markdown(std::string_view source, std::string_view beginning) {
  std::string out;
  for (const std::string_view line : lines_of(source)) {
    if (out.empty() && line.find(beginning) == std::string_view::npos) {
      continue;
    }
    out += std::string{line} + "\n";
    if (line.starts_with("};") || line.starts_with("});")) {
      return "```cpp\n" + out + "```\n";
    }
  }
  return missing("declaration_missing", "nothing declares '" + std::string{beginning} + "'");
}

}  // namespace muster::docs
