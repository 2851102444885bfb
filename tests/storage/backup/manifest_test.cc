#include "storage/backup/manifest.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

BackupManifest example() {
  BackupManifest manifest;
  manifest.taken = Micros{1'800'000'000'123'000};
  manifest.server = "1.2.3";
  manifest.directory = Micros{1'700'000'000'000'000};
  manifest.format = 1;
  manifest.epoch = Epoch{2};
  manifest.group = 77;
  manifest.master = "0123456789abcdef";
  manifest.verifier = "name+0badcafe+AQ==";
  manifest.erasures_bytes = 12;
  manifest.logs[LogId{0}] = {"muster.log/0/1", 3, {}};
  manifest.logs[LogId{9}] = {"muster.log/9/1", 0, {}};
  manifest.files.push_back({BackupPart::kData, "db/000012.sst", 44, {}, 0xDEADBEEF});
  manifest.files.push_back({BackupPart::kKeys, "keys/slots", 128, {}, 1});
  return manifest;
}

TEST_CASE("a manifest reads back as it was written") {
  const std::string text = write_manifest(example());
  const auto read = parse_manifest(text);
  REQUIRE(read.has_value());
  CHECK(*read == example());
  CHECK(read->bytes() == 172);
}

TEST_CASE("a manifest that is cut off anywhere is damaged") {
  const std::string text = write_manifest(example());
  for (std::size_t size = 0; size < text.size() - 1; ++size) {
    CAPTURE(size);
    const auto read = parse_manifest(text.substr(0, size));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().rule == "manifest_damaged");
  }
}

TEST_CASE("a path in a manifest never leads out of the directory") {
  CHECK(is_backup_path("db/000012.sst"));
  CHECK(is_backup_path("FORMAT"));
  for (const char* path :
       {"", "/etc/passwd", "../x", "db/../../x", ".ssh", "a//b", "a/", "a b", "a\nb", "a/./b"}) {
    CAPTURE(path);
    CHECK_FALSE(is_backup_path(path));
    BackupManifest manifest = example();
    manifest.files[0].path = path;
    CHECK_FALSE(parse_manifest(write_manifest(manifest)).has_value());
  }
}

}  // namespace
}  // namespace muster
