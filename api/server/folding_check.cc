#include "api/server/folding_check.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>

#include "storage/seal/digest.h"

namespace muster {
namespace {

constexpr std::uint64_t kLastPrint = std::numeric_limits<std::uint64_t>::max();
constexpr char kIdentifier = 'i';
constexpr char kAddress = 'a';

std::string_view name_of(char kind) {
  return kind == kAddress ? "address" : "identifier";
}

/// A folded form that no other user of the pool could have.
struct Form {
  char kind;
  std::string_view text;

  auto operator<=>(const Form&) const = default;
};

struct FormsOf {
  std::vector<Form> claimed;  // each once, in order
  std::vector<Form>
      repeated;  // identifiers and addresses, verified or not, that the user has twice
};

void add_forms(JsonValue document,
               std::string_view list,
               std::string_view member,
               char kind,
               FormsOf& out) {
  const auto parts = document.find(list);
  if (!parts) {
    return;
  }
  std::vector<Form> all;
  for (const JsonValue part : parts->elements()) {
    const auto folded = part.find(member);
    const auto text = folded ? folded->text() : std::nullopt;
    if (!text) {
      continue;
    }
    all.push_back({kind, *text});
    const auto verified = part.find("verified");
    if (kind == kIdentifier || (verified && verified->flag() == true)) {
      out.claimed.push_back(all.back());
    }
  }
  std::ranges::sort(all);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i] == all[i - 1] && (i == 1 || all[i] != all[i - 2])) {
      out.repeated.push_back(all[i]);
    }
  }
}

FormsOf forms_of(JsonValue document) {
  FormsOf forms;
  add_forms(document, "identifiers", "identifier_lc", kIdentifier, forms);
  add_forms(document, "verifiable_addresses", "address_lc", kAddress, forms);
  std::ranges::sort(forms.claimed);
  const auto repeated = std::ranges::unique(forms.claimed);
  forms.claimed.erase(repeated.begin(), repeated.end());
  return forms;
}

void list(FoldingCollisions& found, FoldingCollision collision) {
  if (found.listed.size() < FoldingCollisions::kListedMax) {
    found.listed.push_back(std::move(collision));
  }
}

/// Sorts, and leaves one of each that is there more than once.
void keep_repeated(std::vector<std::uint64_t>& prints) {
  std::ranges::sort(prints);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < prints.size(); ++i) {
    if (prints[i] == prints[i - 1] && (kept == 0 || prints[kept - 1] != prints[i])) {
      prints[kept++] = prints[i];
    }
  }
  prints.resize(kept);
}

}  // namespace

FoldingCheck::FoldingCheck(const Published& published,
                           const Users& users,
                           Entropy& entropy,
                           std::size_t held_max)
    : published_{published}, users_{users}, held_max_{held_max} {
  entropy.fill(salt_);
}

std::uint64_t FoldingCheck::print_of(char kind, std::string_view form) const {
  const std::array<char, 17> head = [&] {
    std::array<char, 17> bytes{};
    std::memcpy(bytes.data(), salt_.data(), salt_.size());
    bytes.back() = kind;
    return bytes;
  }();
  const Digest digest = Sha256{}.add({head.data(), head.size()}).add(form).finish();
  std::uint64_t print = 0;
  std::memcpy(&print, digest.data(), sizeof print);
  return print;
}

Result<bool> FoldingCheck::walk(const Where& where, const Visit& visit) const {
  std::uint64_t examined = 0;
  std::string after;
  bool damaged = false;
  std::size_t seen = 0;
  const auto look = [&](std::string_view id, std::string_view row) {
    ++seen;
    after = id;
    const auto document = parse_json(document_in(row));
    damaged = damaged || !document;
    if (document) {
      visit(id, document->root());
    }
  };
  do {
    seen = 0;
    const auto point = published_.now();
    MUSTER_CHECKED(users_.scan({*point, where.log, where.pool}, after, kChunkUsers, look));
    if (damaged) {
      return unreadable_row();
    }
    examined += seen;
    if (!where.go_on(examined)) {
      return false;
    }
  } while (seen == kChunkUsers);
  return true;
}

void FoldingCheck::hold(Held& held, std::uint64_t print) const {
  if (print < held.first || print > held.last) {
    return;
  }
  held.prints.push_back(print);
  while (held.prints.size() > held_max_ && held.last > held.first) {
    held.last = held.first + (held.last - held.first) / 2;
    std::erase_if(held.prints, [&](std::uint64_t other) { return other > held.last; });
  }
}

Result<bool> FoldingCheck::gather(const Where& where, Held& held, FoldingCollisions& found) const {
  const auto visit = [&](std::string_view id, JsonValue document) {
    const FormsOf forms = forms_of(document);
    for (const Form& form : forms.claimed) {
      hold(held, print_of(form.kind, form.text));
    }
    if (held.first != 0) {
      return;  // not the first time that the user is looked at
    }
    for (const Form& form : forms.repeated) {
      ++found.total;
      list(found, {name_of(form.kind), std::string{form.text}, {std::string{id}}});
    }
  };
  MUSTER_TRY(const bool finished, walk(where, visit));
  keep_repeated(held.prints);
  return finished;
}

Result<bool> FoldingCheck::name(const Where& where,
                                std::span<const std::uint64_t> prints,
                                FoldingCollisions& found) const {
  std::map<std::pair<std::uint64_t, std::string>, FoldingCollision> holders;
  const auto visit = [&](std::string_view id, JsonValue document) {
    for (const Form& form : forms_of(document).claimed) {
      const std::uint64_t print = print_of(form.kind, form.text);
      if (!std::ranges::binary_search(prints, print)) {
        continue;
      }
      FoldingCollision& collision = holders[{print, std::string{form.text}}];
      collision.kind = name_of(form.kind);
      collision.value = form.text;
      if (collision.users.size() < FoldingCollision::kUsersMax) {
        collision.users.emplace_back(id);
      }
    }
  };
  MUSTER_TRY(const bool finished, walk(where, visit));
  found.total -= prints.size();
  for (auto& [place, collision] : holders) {
    if (collision.users.size() > 1) {
      ++found.total;
      list(found, std::move(collision));
    }
  }
  return finished;
}

Result<std::optional<FoldingCollisions>> FoldingCheck::run(LogId log,
                                                           const PoolState& pool,
                                                           const GoOn& go_on) const {
  const Where where{log, pool, go_on};
  FoldingCollisions found;
  Held held;
  while (true) {
    held.last = kLastPrint;
    held.prints.clear();
    MUSTER_TRY(const bool gathered, gather(where, held, found));
    if (!gathered) {
      return std::optional<FoldingCollisions>{};
    }
    found.total += held.prints.size();
    const std::size_t room = FoldingCollisions::kListedMax - found.listed.size();
    if (room > 0 && !held.prints.empty()) {
      const std::span<const std::uint64_t> prints{held.prints};
      MUSTER_TRY(const bool named, name(where, prints.first(std::min(room, prints.size())), found));
      if (!named) {
        return std::optional<FoldingCollisions>{};
      }
    }
    if (held.last == kLastPrint) {
      return std::optional{std::move(found)};
    }
    held.first = held.last + 1;
  }
}

}  // namespace muster
