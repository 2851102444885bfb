/// Comments of our sources as Markdown: pages about formats are made of the grammars that stand
/// above the code, so that the two cannot drift apart.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster::docs {

/// The text of a file of the tree; kNotFound "source_missing".
Result<std::string> read_source(const std::filesystem::path& path);

/// The first comment in `source` whose text begins with `beginning`, as Markdown; the first of all
/// when that is empty. kNotFound "comment_missing".
///
/// A comment is a run of lines that begin with `///`, or with `//` in the first column. A line of
/// it that is indented by two spaces or more, or that defines something with ":=", is part of a
/// code block; everything else is prose.
Result<std::string> comment_as_markdown(std::string_view source, std::string_view beginning);

/// The declaration in `source` whose first line contains `beginning`, up to its closing "};" or
/// "});", as a code block. kNotFound "declaration_missing".
Result<std::string> declaration_as_markdown(std::string_view source, std::string_view beginning);

}  // namespace muster::docs
