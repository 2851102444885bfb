/// Links of Markdown pages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::docs {

/// Targets of `[text](target)`, `![text](target)`, `src="target"` and `href="target"`, in order,
/// without what stands in code.
std::vector<std::string> links_of(std::string_view markdown);

/// The anchors that GitHub makes for the headings of a page.
std::vector<std::string> anchors_of(std::string_view markdown);

/// Whether a target lies somewhere else on the net.
bool is_elsewhere(std::string_view target);

}  // namespace muster::docs
