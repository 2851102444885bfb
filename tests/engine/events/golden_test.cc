// What was written once must be read for ever, so the files here are never changed: a new version
// of an event gets a file beside the old ones. A file that is missing is written when
// MUSTER_WRITE_GOLDEN is set in the environment; one that is there is never written again.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/core/json_writer.h"
#include "tests/engine/events/stored.h"

namespace muster {
namespace {

constexpr std::uint64_t kSeed = 1;

std::filesystem::path folder() {
  return std::filesystem::path{MUSTER_GOLDEN} / "events";
}

std::filesystem::path file_of(const EventName& name) {
  return folder() / (std::string{name.name} + ".v" + std::to_string(raw(name.version)) + ".json");
}

/// One member per line, so that a difference can be read.
std::string render(const EventInfo& info) {
  const EncodedEvent bytes = encode_event(info.arbitrary(kSeed));
  std::string text = "{\n\"type\":";
  append_json_string(text, info.event.name);
  text += ",\n\"version\":" + std::to_string(raw(info.event.version));
  text += ",\n\"code\":" + std::to_string(raw(info.event.code));
  text += ",\n\"data\":" + bytes.data;
  text += ",\n\"sealed\":" + (bytes.sealed.empty() ? "null" : bytes.sealed);
  text += ",\n\"attachments\":[";
  for (const std::string& attachment : bytes.attachments) {
    text += (text.back() == '[' ? "" : ",") + attachment;
  }
  return text + "]\n}\n";
}

std::string read(const std::filesystem::path& path) {
  const std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool may_write() {
  return std::getenv("MUSTER_WRITE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

TEST_CASE("every event is written as it was when its golden file was made", "[events]") {
  for (const EventInfo& info : every_event()) {
    const std::filesystem::path path = file_of(info.event);
    CAPTURE(path.string());
    if (may_write() && !std::filesystem::exists(path)) {
      std::ofstream{path, std::ios::binary} << render(info);
    }
    CHECK(std::filesystem::exists(path));
    CHECK(read(path) == render(info));
  }
}

struct GoldenEvent {
  std::string type;
  EventVersion version{};
  EventCode code{};
  EncodedEvent bytes;
};

GoldenEvent parse_golden(const std::string& text) {
  const auto document = parse_json(text);
  REQUIRE(document.has_value());
  const JsonValue root = document->root();
  GoldenEvent golden;
  golden.type = root.find("type")->as_string();
  golden.version = EventVersion{static_cast<std::uint16_t>(*root.find("version")->whole())};
  golden.code = EventCode{static_cast<std::uint16_t>(*root.find("code")->whole())};
  golden.bytes.data = root.find("data")->minified();
  golden.bytes.sealed = root.find_set("sealed") ? root.find("sealed")->minified() : "";
  for (const JsonValue attachment : root.find("attachments")->elements()) {
    golden.bytes.attachments.push_back(attachment.minified());
  }
  return golden;
}

void check_is_known_for_ever(const GoldenEvent& golden) {
  const EventInfo* info = find_event(golden.type);
  if (info == nullptr) {
    // An event that is no longer declared still owns its code.
    CHECK(std::ranges::find(kRetiredEventCodes, golden.code) != kRetiredEventCodes.end());
    return;
  }
  CHECK(info->event.code == golden.code);
  const auto decoded = decode_stored({golden.type, golden.code, golden.version, ""}, golden.bytes);
  REQUIRE(decoded.has_value());
  if (golden.version == info->event.version) {
    CHECK(*decoded == info->arbitrary(kSeed));
  }
}

TEST_CASE("every event that was ever written is still read", "[events]") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder()}) {
    CAPTURE(entry.path().string());
    check_is_known_for_ever(parse_golden(read(entry.path())));
    ++files;
  }
  CHECK(files >= AllEvents::kCount);
}

}  // namespace
}  // namespace muster
