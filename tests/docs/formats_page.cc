#include <array>
#include <map>

#include "engine/events/all.h"
#include "engine/state/state.h"
#include "storage/format_file.h"
#include "storage/kv.h"
#include "tests/docs/comment_blocks.h"
#include "tests/docs/pages.h"

namespace muster::docs {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Formats

Every byte that Muster leaves on disk, as the code describes it: each section names the file it is
taken from. What is said here holds for format 1 of the data directory.

What a reader may rely on:

* An open part is never changed and never written again; the Merkle leaf is its hash.
* A sealed segment may be deleted, by erasure only; an attachment never is.
* All families but `log.1`, `segments.1` and `attachments.1` follow from the log:
  `muster-replay rebuild` makes them again.
* A number, letter or name that was used once is never used for something else. What is no longer
  used is listed under [Retired](#retired).

Numbers in keys are big-endian, so that the order of bytes is the order of numbers; numbers in
values are little-endian or varints. `be32`, `le32` and the like name width and order; a *varint*
has seven bits a byte, low bits first, the high bit set on all but the last byte; a *text* is its
length as a varint, then its bytes. Every checksum is CRC-32C (Castagnoli).

)";

constexpr std::string_view kTreeHeads =
    R"(The newest head of every log lies in `DIR/tree-heads/`, under the number of the log. Its origin is
`muster.log/`, the number, `/` and the instant `created` of FORMAT in microseconds; from the second epoch on
`/`, the epoch, `/` and the instant at which it began follow.

)";

/// A comment or declaration of a source.
struct Piece {
  std::string_view heading;  // empty: goes on under the one before
  std::string_view file;
  std::string_view beginning;
  bool declaration = false;
};

constexpr std::array kDirectory{
    Piece{"## The data directory", "storage/directory/data_directory.h", ""},
    Piece{"### FORMAT", "storage/format_file.h", ""},
    Piece{"### LOCK", "storage/directory_lock.h", ""},
    Piece{"### time-floor", "storage/time_floor.h", ""},
    Piece{"### epochs", "storage/epoch_history.h", ""},
    Piece{"### scrub", "projections/scrub/scrub_notes.h", ""},
    Piece{"### operator.json", "api/server/operator_file.h", ""},
    Piece{"### Client files", "api/server/bootstrap.h", "JSON with the three members"},
    Piece{"", "api/server/bootstrap.h", "struct ClientFile", true},
    Piece{"## Keys", "storage/seal/key_ring.h", ""},
    Piece{"### The master key", "storage/seal/key_ring.h", "Where the master key comes from"},
    Piece{"### keys/keks", "storage/seal/kek.h", ""},
    Piece{"### keys/slots", "storage/seal/slot_record.h", ""},
    Piece{"### Stock", "storage/seal/key_slots.h", ""},
    Piece{"## Tree heads", "storage/seal/checkpoint.h", ""},
    Piece{"", "storage/seal/signed_note.h", "What a verifier needs"},
    Piece{"## Erasures", "storage/erasure/ledger.h", ""},
};

constexpr std::array kBackups{
    Piece{"## Backups", "storage/backup/manifest.h", ""},
    Piece{"", "storage/backup/backup.h", ""},
};

constexpr std::array kStore{
    Piece{"### Values of log.1 and users.1", "storage/rocks_value.h", ""},
    Piece{"### The log: log.1, segments.1, attachments.1", "storage/log/group_record.h", ""},
    Piece{"### Open parts", "engine/events/open_part.h", ""},
    Piece{"### Public and sealed members", "engine/events/codec.h", ""},
    Piece{"### Sealed segments", "storage/seal/segment.cc", ""},
    Piece{"#### Requests", "engine/sequencer/draft.h", "What is known of the caller"},
    Piece{"### streams.1", "storage/log/group_record.h", "streams.1:"},
    Piece{"### tree.1", "storage/log/group_record.h", "tree.1:"},
    Piece{"#### Frontier", "storage/tree/frontier.h", "size:be64"},
    Piece{"#### Hashes", "storage/tree/merkle.h", "The hashes of RFC 6962"},
    Piece{"### meta.1", "storage/recovery.h", ""},
    Piece{"", "storage/log/group_record.h", "kMeta rows"},
    Piece{"### Views: states.1, users.1, user_keys.1, user_index.1, groups.1, counts.1",
          "projections/keys.h",
          ""},
    Piece{"#### Rows of states", "projections/rows.h", ""},
    Piece{"", "engine/state/state.h", "enum class Aggregate", true},
    Piece{"", "projections/rows.cc", "struct ErasedUser", true},
    Piece{"#### Rows of users", "projections/user_row.h", ""},
    Piece{"#### Counters", "engine/ports/views.h", "What one state adds to a sum"},
    Piece{"", "engine/ports/views.h", "The value of a count row"},
    Piece{"### past.1", "projections/past_keys.h", ""},
    Piece{"### idempotency.1", "engine/sequencer/idempotency.h", ""},
};

constexpr std::array kBookmarks{
    Piece{"## Webhooks", "api/webhooks/bookmark_file.h", ""},
};

class FormatsPage {
 public:
  explicit FormatsPage(const std::filesystem::path& tree) : tree_{tree} {}

  Result<std::string> make() {
    page_ = std::string{kGeneratedNote} + std::string{kIntroduction};
    MUSTER_CHECKED(add(kDirectory));
    page_ += kTreeHeads;
    MUSTER_CHECKED(add(kBookmarks));
    MUSTER_CHECKED(add_families());
    MUSTER_CHECKED(add(kStore));
    add_state_members();
    MUSTER_CHECKED(add(kBackups));
    add_retired();
    return std::move(page_);
  }

 private:
  Result<void> add(std::span<const Piece> pieces) {
    for (const Piece& piece : pieces) {
      MUSTER_TRY(const std::string_view source, read(piece.file));
      MUSTER_TRY(const std::string text,
                 piece.declaration ? declaration_as_markdown(source, piece.beginning)
                                   : comment_as_markdown(source, piece.beginning));
      if (!piece.heading.empty()) {
        page_ += std::string{piece.heading} + "\n\n";
      }
      page_ += text + "\n<sub>" + std::string{piece.file} + "</sub>\n\n";
    }
    return {};
  }

  Result<std::string_view> read(std::string_view file) {
    const auto known = sources_.find(file);
    if (known != sources_.end()) {
      return std::string_view{known->second};
    }
    MUSTER_TRY(std::string text, read_source(tree_ / file));
    return std::string_view{sources_.emplace(file, std::move(text)).first->second};
  }

  /// The note behind each name stands in the source as a comment.
  Result<void> add_families() {
    MUSTER_TRY(const std::string_view source, read("storage/kv.h"));
    page_ +=
        "## The store: db/\n\nRocksDB with one column family per view, `<view>.<version>`:\n\n";
    page_ += "| family | holds |\n|---|---|\n";
    for (const std::string_view family : kFamilyNames) {
      const auto at = source.find('"' + std::string{family} + "\",");
      const std::string_view line = source.substr(at, source.find('\n', at) - at);
      const auto note = line.find("// ");
      if (at == std::string_view::npos || note == std::string_view::npos) {
        return failure(Errc::kNotFound, "comment_missing", "a family of storage/kv.h has no note");
      }
      page_ += "| `" + std::string{family} + "` | " + std::string{line.substr(note + 3)} + " |\n";
    }
    page_ += "\n<sub>storage/kv.h</sub>\n\n";
    return {};
  }

  template <class State>
  void add_members(std::string_view name) {
    page_ += "| " + std::string{name} + " |";
    for_each_field<State>(
        [&](const auto& declared) { page_ += " `" + std::string{declared.name} + "`"; });
    page_ += " |\n";
  }

  void add_state_members() {
    page_ += "### Members of rows of states\n\n| state | members |\n|---|---|\n";
    add_members<TenantState>("tenant");
    add_members<WorkspaceState>("workspace");
    add_members<ClientState>("client");
    add_members<SigningKeyState>("signing key");
    add_members<WebhookState>("webhook");
    add_members<SchemaState>("schema");
    add_members<PoolState>("pool");
    page_ +=
        "\nInstants are microseconds since 1970-01-01T00:00:00Z, in whole milliseconds. "
        "Empty members are not written.\n\n";
  }

  void add_retired() {
    page_ += "## Retired\n\n* Event codes:";
    for (const EventCode code : kRetiredEventCodes) {
      page_ += " " + std::to_string(raw(code));
    }
    page_ += kRetiredEventCodes.empty() ? " none.\n" : ".\n";
    page_ +=
        "* Families, letters in keys, formats of slots, segments, rows and group records: "
        "none.\n\nThis build writes format " +
        std::to_string(kDirectoryFormat) + " and reads up to it.\n";
  }

  const std::filesystem::path& tree_;
  std::map<std::string, std::string, std::less<>> sources_;
  std::string page_;
};

}  // namespace

Result<std::string> formats_page(const std::filesystem::path& tree) {
  return FormatsPage{tree}.make();
}

Result<std::vector<Page>> every_page(const std::filesystem::path& tree) {
  MUSTER_TRY(std::string formats, formats_page(tree));
  return std::vector<Page>{{"events.md", events_page()}, {"formats.md", std::move(formats)}};
}

}  // namespace muster::docs
