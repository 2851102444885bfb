/// Tree heads as C2SP tlog-checkpoint: a signed note (c2sp.org/signed-note) with one Ed25519
/// signature of ours and any number of others.
///
///   <origin> LF <size, decimal> LF <root, base64> LF [<extension> LF]... LF
///   U+2014 SP <key name> SP <base64 of key hash (4) || signature (64)> LF ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/seal/signed_note.h"

namespace muster {

struct TreeHead {
  std::string origin;  // names the log; one line
  std::uint64_t size = 0;
  Digest root{};

  bool operator==(const TreeHead&) const = default;
};

/// The whole note.
std::string sign_checkpoint(const HeadKey& key, const TreeHead& head);

/// The head, when the note is well-formed and signed by the key in `verifier`. Other signatures
/// are stepped over. kInvalidSyntax "checkpoint_malformed" or "verifier_malformed"; kUnauthorized
/// "checkpoint_unsigned" when that key did not sign; kCorrupt "checkpoint_forged" when it did not
/// sign this.
Result<TreeHead> parse_and_verify_checkpoint(std::string_view note, std::string_view verifier);

/// What the note says, whoever signed it; nothing when it is not spelled as a tree head.
std::optional<TreeHead> read_checkpoint(std::string_view note);

/// Replaces `dir`/<log> atomically and durably. One writer per log.
Result<void> save_tree_head(const std::filesystem::path& dir, LogId log, std::string_view note);
/// Nothing when none was ever saved.
Result<std::optional<std::string>> load_tree_head(const std::filesystem::path& dir, LogId log);

}  // namespace muster
