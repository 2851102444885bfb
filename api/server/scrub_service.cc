#include "api/server/scrub_service.h"

#include <algorithm>

#include "engine/core/instant.h"
#include "engine/core/json_writer.h"
#include "storage/backup/pace.h"

namespace muster {
namespace {

/// How often the place is kept.
constexpr std::chrono::seconds kSaveEvery{10};

void append_finding(JsonWriter& writer, const ScrubFinding& finding) {
  writer.begin_object();
  writer.member("part", finding.part);
  writer.member("rule", finding.rule);
  writer.member("text", finding.text);
  writer.member("found", to_rfc3339(finding.at));
  writer.end_object();
}

}  // namespace

ScrubService::ScrubService(const ScrubPorts& ports, Clock& clock, ScrubSettings settings)
    : settings_{std::move(settings)}, scrubber_{ports, clock, settings_.on_finding} {
  if (is_on()) {
    thread_.start("scrub", [this] { work(); });
  }
}

ScrubService::~ScrubService() = default;

void ScrubService::work() {
  Pace pace{settings_.bytes_per_second, [this](std::chrono::milliseconds pause) {
              return pause.count() == 0 ? !thread_.stopping() : thread_.sleep(pause);
            }};
  auto began = Pace::Clock::now();
  auto saved = began;
  bool goes_on = true;
  while (goes_on) {
    const Scrubber::Worked worked = scrubber_.work();
    goes_on = pace.after(worked.piece.bytes) &&
              (worked.piece.wait.count() == 0 || thread_.sleep(worked.piece.wait));
    const auto now = Pace::Clock::now();
    if (worked.pass_done || now - saved > kSaveEvery) {
      scrubber_.save();
      saved = now;
    }
    if (worked.pass_done && goes_on) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(began + settings_.every - now);
      goes_on = left.count() <= 0 || thread_.sleep(left);
      began = Pace::Clock::now();
      scrubber_.begin_pass();
    }
  }
  scrubber_.save();
}

std::string ScrubService::status() const {
  const ScrubStatus status = scrubber_.status();
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("state", is_on() ? "on" : "off");
  writer.member("clean", scrubber_.is_clean());
  writer.member("pass", status.pass);
  writer.member("part", status.part);
  if (status.passed_ended) {
    writer.member("last_pass_began", to_rfc3339(*status.passed_began));
    writer.member("last_pass_ended", to_rfc3339(*status.passed_ended));
  }
  writer.member("oldest_unchecked_seconds", status.oldest_unchecked_seconds);
  writer.member("bytes_per_second", status.bytes_per_second);
  writer.key("parts");
  writer.begin_array();
  for (const ScrubPartStatus& part : status.parts) {
    writer.begin_object();
    writer.member("part", part.name);
    writer.member("percent", static_cast<std::uint64_t>(std::clamp(part.coverage, 0.0, 1.0) * 100));
    writer.member("checked_bytes", part.checked_bytes);
    writer.member("findings", part.findings);
    writer.end_object();
  }
  writer.end_array();
  writer.key("findings");
  writer.begin_array();
  for (const ScrubFinding& finding : status.findings) {
    append_finding(writer, finding);
  }
  writer.end_array();
  writer.end_object();
  return json;
}

}  // namespace muster
