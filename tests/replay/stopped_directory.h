/// A data directory that a server has written and left, and muster-replay run over it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "replay/history.h"
#include "replay/rebuild.h"
#include "replay/verify.h"
#include "storage/directory/data_directory.h"
#include "storage/file_io.h"
#include "tests/projections/fold/live_log.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {

/// What a verb said, and its exit code.
struct Said {
  int code = 0;
  std::string text;

  [[nodiscard]] bool has(std::string_view words) const {
    return text.find(words) != std::string::npos;
  }

  /// The lines that give the hash of a log or view.
  [[nodiscard]] std::string hashes() const {
    std::string lines;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::string line = text.substr(begin, end - begin);
      if (line.find("sha256:") != std::string::npos || line.find(", root ") != std::string::npos) {
        lines += line + "\n";
      }
      begin = end + 1;
    }
    return lines;
  }
};

template <class Verb>
Said saying(replay::OutputFormat format, const Verb& verb) {
  char* text = nullptr;
  std::size_t bytes = 0;
  std::FILE* out = ::open_memstream(&text, &bytes);
  REQUIRE(out != nullptr);
  replay::Report report{format, out, out};
  Said said;
  said.code = verb(report);
  report.finish();
  REQUIRE(std::fclose(out) == 0);
  said.text.assign(text, bytes);
  std::free(text);
  return said;
}

class StoppedDirectory {
 public:
  using Write = std::function<void(LiveLog&)>;
  using Look = std::function<void(const std::filesystem::path&)>;

  /// Writes the directory: `write` is given the live log of a running one, `before_stop` its path
  /// while it still runs.
  explicit StoppedDirectory(
      const Write& write,
      const Look& before_stop = [](const std::filesystem::path&) {}) {
    run(write, before_stop);
  }

  /// Starts it again, writes more, and stops it.
  void resume(const Write& write) {
    run(write, [](const std::filesystem::path&) {});
  }

  static void populate(LiveLog& live) {
    Population population{live, 20261120};
    population.found();
    population.happen(150);
  }

  [[nodiscard]] std::filesystem::path path() const { return scratch_.path() / "data"; }

  [[nodiscard]] replay::DirectoryChoice choice() const { return {path(), std::nullopt}; }

  [[nodiscard]] static Said verify_at(const std::filesystem::path& path,
                                      replay::OutputFormat format = replay::OutputFormat::kTable) {
    replay::VerifyOptions options;
    options.directory.data = path;
    options.quiet = true;
    return saying(format, [&](replay::Report& report) { return replay::verify(options, report); });
  }

  [[nodiscard]] Said verify(replay::OutputFormat format = replay::OutputFormat::kTable) const {
    return verify_at(path(), format);
  }

  [[nodiscard]] replay::RebuildOptions rebuild_options() const {
    replay::RebuildOptions options;
    options.directory = choice();
    options.quiet = true;
    return options;
  }

  Said rebuild(const replay::RebuildOptions& options) const {
    return saying(replay::OutputFormat::kTable,
                  [&](replay::Report& report) { return replay::rebuild(options, report); });
  }

  Said rebuild() const { return rebuild(rebuild_options()); }

  Said forget_views() const {
    return saying(replay::OutputFormat::kTable,
                  [&](replay::Report& report) { return replay::forget_views(choice(), report); });
  }

  Said history(replay::HistoryOptions options) const {
    options.directory = choice();
    return saying(replay::OutputFormat::kTable,
                  [&](replay::Report& report) { return replay::history(options, report); });
  }

  /// Opens as muster-replay does and does something to the store.
  template <class Use>
  void with_store(const Use& use) {
    replay::World world;
    auto directory = replay::open_directory(choice(), replay::Access::kWrite, world);
    REQUIRE(directory.has_value());
    use((*directory)->kv());
    REQUIRE((*directory)->close().has_value());
  }

  void put(Family family, std::string_view key, std::string_view value) {
    with_store([&](Kv& kv) {
      const auto batch = kv.new_batch();
      batch->put(family, key, value);
      REQUIRE(kv.write(*batch).has_value());
    });
  }

  void erase(Family family, std::string_view key) {
    with_store([&](Kv& kv) {
      const auto batch = kv.new_batch();
      batch->erase(family, key);
      REQUIRE(kv.write(*batch).has_value());
    });
  }

  /// As a server opens it.
  Result<void> open_as_server() {
    DataDirectoryOptions options;
    options.path = path();
    MUSTER_TRY(const auto directory, DataDirectory::open(options, world_.clock, world_.entropy));
    return directory->close();
  }

 private:
  void run(const Write& write, const Look& before_stop) {
    DataDirectoryOptions options;
    options.path = path();
    options.create = true;
    auto directory = DataDirectory::open(options, world_.clock, world_.entropy);
    REQUIRE(directory.has_value());
    EventLog& log = (*directory)->log();
    LiveLog live{log, (*directory)->vault(), log.newest_group() + 1};
    live.know_tenant(LogId{1}, "one");
    write(live);
    live.commit();
    for (const LogId id : log.logs()) {
      const Frontier frontier = log.frontier(id);
      REQUIRE((*directory)->keep_tree_head(id, {frontier.size(), frontier.root()}).has_value());
    }
    REQUIRE(log.confirm().has_value());
    before_stop(path());
    REQUIRE((*directory)->close().has_value());
  }

  ScratchDirectory scratch_;
  replay::World world_;
};

/// Inverts one bit of a file.
inline void flip(const std::filesystem::path& path, std::uint64_t offset) {
  std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
  REQUIRE(file.good());
  file.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(offset));
  file.put(byte);
  file.close();
  REQUIRE(file.good());
}

}  // namespace muster::test
