#include "replay/summary.h"

#include <algorithm>

#include "engine/core/progress.h"

namespace muster::replay {
namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace

Item log_item(const FoldedLog& log) {
  const std::string root = to_hex(as_view(log.frontier.root()));
  Item item{"logs",
            "log " + std::to_string(raw(log.log)) + ": " + with_thousands(log.frontier.size()) +
                " events, root " + root};
  item.with("log", std::uint64_t{raw(log.log)})
      .with("size", log.frontier.size())
      .with("root", root);
  return item;
}

Item view_item(const ViewSummary& view) {
  const std::string hash = to_hex(as_view(view.hash));
  Item item{"views",
            padded(std::string{name_of(view.family)}, 14) + right(with_thousands(view.rows), 14) +
                " rows  sha256:" + hash};
  item.with("view", name_of(view.family)).with("rows", view.rows).with("sha256", hash);
  return item;
}

void add_findings(const Findings& findings, Report& report) {
  for (const Finding& finding : findings.shown()) {
    Item item{"findings", text_of(finding)};
    item.with("rule", finding.rule).with("text", finding.text);
    if (finding.log != kNoLog) {
      item.with("log", std::uint64_t{raw(finding.log)});
    }
    if (finding.position) {
      item.with("position", raw(*finding.position));
    }
    if (finding.stream) {
      item.with("stream", finding.stream->text());
    }
    report.add(item);
  }
  if (findings.count() > Findings::kShownMax) {
    report.say("and " + with_thousands(findings.count() - Findings::kShownMax) + " more findings");
  }
}

}  // namespace muster::replay
