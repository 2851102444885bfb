/// The pages of docs/ that are made from the code.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace muster::docs {

/// Every event: what it says, how it is stored and what hears it.
std::string events_page();

/// Bytes on disk. `tree` is the root of the sources; fails when a comment that the page is made of
/// is no longer there.
Result<std::string> formats_page(const std::filesystem::path& tree);

struct Page {
  std::string_view file;
  std::string text;
};

Result<std::vector<Page>> every_page(const std::filesystem::path& tree);

/// What stands on top of each.
inline constexpr std::string_view kGeneratedNote =
    "<!-- Written by muster-docs from the code: change that, then run ./dev events. -->\n\n";

}  // namespace muster::docs
