/// Key encryption keys and their file, `DIR/keys/keks`: text, one line each, so that a person can
/// see which logs have keys under which master key.
///
///   file    := header kek* end
///   header  := "muster-keks 1 master=" id:16 hex digits            SP crc LF
///   kek     := "kek " id " log=" log " wrapped=" base64 of 60 bytes SP crc LF
///   end     := "end " number of keks                               SP crc LF
///   crc     := 8 hex digits, CRC-32C of the line before the space
///
/// KEKs stand in order of their ids. `wrapped` is a random nonce of 12 bytes, then AES-256-GCM of
/// the KEK under the master key with "muster kek v1" id:be32 log:be32 as associated data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/entropy.h"
#include "storage/seal/secret.h"

namespace muster {

/// 1, 2, 3, ... in order of creation; never used twice.
enum class KekId : std::uint32_t {};

struct Kek {
  KekId id{};
  LogId log{};
  SecretKey key;
};

/// A KEK is never changed, so it may be used while others are added.
using Keks = std::map<KekId, std::shared_ptr<const Kek>>;

/// 16 hex digits that name a master key and tell nothing about it.
std::string master_key_id(const SecretKey& master);

std::string render_kek_file(const Keks& keks, const SecretKey& master, Entropy& entropy);

/// Which master key wraps the KEKs in the file. kCorrupt "keks_damaged".
Result<std::string> kek_file_master(std::string_view file);

/// kCorrupt "keks_damaged" with the number of the line. `master` must be the file's.
Result<Keks> parse_kek_file(std::string_view file, const SecretKey& master);

}  // namespace muster
