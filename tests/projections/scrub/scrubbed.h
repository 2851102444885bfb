/// A directory that is open as a server has it, and scrubbed.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "projections/scrub/scrubber.h"
#include "tests/replay/stopped_directory.h"

namespace muster::test {

namespace fs = std::filesystem;

/// Open from the beginning to the end of its life.
class Scrubbed {
 public:
  explicit Scrubbed(const fs::path& path) {
    DataDirectoryOptions options;
    options.path = path;
    options.block_cache_bytes = std::size_t{256} * 1024;
    options.cached_keys = 16;
    auto opened = DataDirectory::open(options, world_.clock, world_.entropy);
    INFO((opened ? "" : opened.error().reason));
    REQUIRE(opened.has_value());
    directory = std::move(*opened);
    lists_ = std::make_unique<Directory>(directory->kv());
    publish();
    start();
  }

  ~Scrubbed() {
    scrubber.reset();
    published_.reset();
    lists_.reset();
    (void)directory->close();
  }

  Scrubbed(const Scrubbed&) = delete;
  Scrubbed& operator=(const Scrubbed&) = delete;

  /// What is in the log by now becomes what readers see.
  void publish() {
    ReadPoint point;
    point.snapshot = directory->kv().snapshot();
    point.group = directory->log().newest_group();
    point.epoch = directory->epoch();
    auto sizes = std::make_shared<std::vector<LogSize>>();
    for (const LogId log : directory->log().logs()) {
      sizes->push_back({log, directory->log().head(log).size});
    }
    point.sizes = std::move(sizes);
    published_ = std::make_unique<Published>(point);
  }

  /// As a process that begins anew, from what is kept in the directory.
  void start() {
    ports_ = std::make_unique<ScrubPorts>(ScrubPorts{*directory, *published_, *lists_, views_});
    scrubber = std::make_unique<Scrubber>(
        *ports_, world_.clock, [this](const ScrubFinding& found) { heard.push_back(found); });
  }

  /// To the end of the pass; the findings of it.
  std::vector<ScrubFinding> pass() {
    heard.clear();
    for (int pieces = 0; pieces < 100'000; ++pieces) {
      const Scrubber::Worked worked = scrubber->work();
      if (worked.piece.wait.count() > 0) {
        std::this_thread::sleep_for(worked.piece.wait);
      }
      if (worked.pass_done) {
        return heard;
      }
    }
    FAIL("a pass of the scrub has no end");
    return {};
  }

  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<Scrubber> scrubber;
  std::vector<ScrubFinding> heard;

 private:
  replay::World world_;
  DirectoryViews views_;
  std::unique_ptr<Directory> lists_;
  std::unique_ptr<Published> published_;
  std::unique_ptr<ScrubPorts> ports_;
};

/// The findings as lines, for messages of tests.
inline std::string text_of(const std::vector<ScrubFinding>& findings) {
  std::string text;
  for (const ScrubFinding& finding : findings) {
    text += finding.part + " " + finding.rule + ": " + finding.text + "\n";
  }
  return text;
}

inline bool names(const std::vector<ScrubFinding>& findings, const std::string& what) {
  return std::ranges::any_of(findings, [&](const ScrubFinding& finding) {
    return finding.text.find(what) != std::string::npos;
  });
}

}  // namespace muster::test
