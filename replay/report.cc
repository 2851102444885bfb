#include "replay/report.h"

#include <algorithm>

#include "replay/exit_codes.h"

namespace muster::replay {

void Report::write_line(std::FILE* out, std::string_view line) {
  // A reader that has gone away ends the program by SIGPIPE; other failures show in the exit code
  // of whoever reads.
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), out));
  static_cast<void>(std::fputc('\n', out));
}

void Report::add(const Item& item) {
  const std::string_view members =
      std::string_view{item.members()}.substr(std::min<std::size_t>(1, item.members().size()));
  if (format_ == OutputFormat::kTable) {
    write_line(out_, item.text());
    return;
  }
  if (format_ == OutputFormat::kNdjson) {
    write_line(out_, "{\"kind\":\"" + std::string{item.kind()} + "\"" + item.members() + "}");
    return;
  }
  auto kind = std::ranges::find(kinds_, item.kind(), &Kind::name);
  if (kind == kinds_.end()) {
    kind = kinds_.insert(kinds_.end(), Kind{item.kind(), {}});
  }
  kind->items.append(kind->items.empty() ? "" : ",").append("{").append(members).append("}");
}

int Report::fail(const Failure& failure) {
  if (format_ == OutputFormat::kTable) {
    write_line(err_, "muster-replay: " + failure.rule + ": " + failure.reason);
  } else {
    add(Item{"failures", ""}.with("rule", failure.rule).with("reason", failure.reason));
  }
  return exit_code_of(failure);
}

void Report::say(std::string_view line) {
  if (format_ == OutputFormat::kTable) {
    write_line(out_, line);
  }
}

void Report::finish() {
  if (format_ == OutputFormat::kJson) {
    std::string all;
    for (const Kind& kind : kinds_) {
      all.append(all.empty() ? "{" : ",");
      append_json_string(all, kind.name);
      all.append(":[").append(kind.items).append("]");
    }
    write_line(out_, all.empty() ? "{}" : all + "}");
  }
  static_cast<void>(std::fflush(out_));
}

}  // namespace muster::replay
