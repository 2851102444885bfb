#include "storage/time_floor.h"

#include <algorithm>
#include <charconv>

#include "engine/core/bytes.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::size_t kFileBytesMax = 64;

std::string with_checksum(std::int64_t floor) {
  const std::string number = std::to_string(floor);
  std::string check;
  put_big_endian_32(check, crc32c(number));
  return number + " " + to_hex(check) + "\n";
}

}  // namespace

Result<std::unique_ptr<TimeFloor>> TimeFloor::open(const std::filesystem::path& directory,
                                                   Clock& clock) {
  std::unique_ptr<TimeFloor> floor{new TimeFloor{directory / "time-floor", clock}};
  if (!std::filesystem::exists(floor->path_)) {
    return floor;
  }
  MUSTER_TRY(const std::string text, read_file(floor->path_, kFileBytesMax));
  std::int64_t micros = 0;
  std::from_chars(text.data(), text.data() + text.size(), micros);
  if (micros <= 0 || text != with_checksum(micros)) {
    return failure(Errc::kCorrupt,
                   "time_floor_damaged",
                   "DIR/time-floor is damaged; when it is removed, answers about times after the "
                   "newest event that were given before may not hold any more");
  }
  floor->floor_ = micros;
  return floor;
}

Micros TimeFloor::now() {
  return std::max(clock_.now(), Micros{floor_.load() + 1});
}

Result<void> TimeFloor::raise(Micros time) {
  const std::lock_guard lock{mutex_};
  if (raw(time) <= floor_.load()) {
    return {};
  }
  MUSTER_CHECKED(write_file_atomically(path_, with_checksum(raw(time))));
  floor_.store(raw(time));
  return {};
}

}  // namespace muster
