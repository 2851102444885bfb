#include <string>
#include <system_error>
#include <vector>

#include <rocksdb/sst_file_writer.h>

#include "storage/file_io.h"
#include "storage/rocks_database.h"
#include "storage/rocks_status.h"
#include "storage/rocks_value.h"

namespace muster {

namespace {

constexpr std::uint64_t kTableBytes = std::uint64_t{64} << 20U;  // RocksDB's own target size

/// Tables in the making. They lie beside the database, on the same file system, so that they can
/// be moved in; whatever was not moved is removed at the end.
class Workshop {
 public:
  explicit Workshop(const std::filesystem::path& database) : path_{database} { path_ += ".ingest"; }

  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  ~Workshop() { remove(); }

  Result<void> make() {
    remove();
    return make_directory(path_);
  }

  const std::string& next_file() {
    return files_.emplace_back((path_ / (std::to_string(files_.size()) + ".sst")).string());
  }

  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  void remove() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path path_;
  std::vector<std::string> files_;
};

Failure unsorted() {
  return failure(Errc::kInvalid, "unsorted_source", "rows to ingest must have ascending keys");
}

/// Writes one table from the row at hand until the source ends (`more` turns false) or the table
/// is large enough (`more` stays true and the row at hand begins the next one).
class TableMaker {
 public:
  TableMaker(RocksDatabase& database, Family family, SortedSource& source)
      : database_{database}, place_{family}, family_{database.handle(family)}, source_{source} {}

  Result<void> make_all(Workshop& workshop) {
    MUSTER_TRY(bool more, source_.next(key_, value_));
    while (more) {
      MUSTER_TRY(more, make_one(workshop.next_file()));
    }
    return {};
  }

 private:
  Result<bool> make_one(const std::string& file) {
    rocksdb::SstFileWriter writer{rocksdb::EnvOptions{}, database_.options, family_};
    MUSTER_CHECKED(rocks_result(writer.Open(file)));
    bool more = true;
    do {
      if (any_ && key_ <= last_) {
        return unsorted();
      }
      const auto stored = encode_value(place_, key_, value_, encoded_, database_.compress);
      MUSTER_CHECKED(rocks_result(writer.Put(as_slice(key_), as_slice(stored))));
      last_ = key_;
      any_ = true;
      MUSTER_TRY(more, source_.next(key_, value_));
    } while (more && writer.FileSize() < kTableBytes);
    MUSTER_CHECKED(rocks_result(writer.Finish()));
    return more;
  }

  RocksDatabase& database_;
  Family place_;
  rocksdb::ColumnFamilyHandle* family_;
  SortedSource& source_;
  std::string_view key_;
  std::string_view value_;
  std::string last_;
  std::string encoded_;
  bool any_ = false;
};

}  // namespace

Result<void> ingest_rows(RocksDatabase& database, Family family, SortedSource& source) {
  Workshop workshop{database.path};
  MUSTER_CHECKED(workshop.make());
  MUSTER_CHECKED(TableMaker(database, family, source).make_all(workshop));
  if (workshop.files().empty()) {
    return {};
  }
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.snapshot_consistency = true;
  return rocks_result(
      database.db->IngestExternalFile(database.handle(family), workshop.files(), options));
}

}  // namespace muster
