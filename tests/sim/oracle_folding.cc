/// What the oracle thinks of pools with users that come to ignore case.
#include <algorithm>

#include "tests/sim/oracle.h"

namespace muster::sim {
namespace {

/// Names with a letter before them, so that identifiers and addresses are not confused.
std::vector<std::string> folded_names(const std::vector<Part>& parts, char letter) {
  std::vector<std::string> names;
  for (const Part& part : parts) {
    if (letter == 'i' || part.verified) {
      names.push_back(letter + lower_case(part.value));
    }
  }
  return names;
}

bool repeats(const std::vector<Part>& parts) {
  std::set<std::string> seen;
  return std::ranges::any_of(
      parts, [&](const Part& part) { return !seen.insert(lower_case(part.value)).second; });
}

bool is_step_of(const Intent& intent, const ModelPool& pool) {
  return pool.folding == (intent.folds ? "building" : "undoing");
}

}  // namespace

std::string Oracle::taken_folded(StreamId pool,
                                 const std::string& id,
                                 const Person& person,
                                 const std::set<std::string>& claimed) const {
  std::set<std::string> taken = claimed;
  for (auto other = users.lower_bound({pool, ""});
       other != users.end() && other->first.first == pool;
       ++other) {
    if (other->second.folded && other->first.second != id) {
      std::ranges::copy(folded_names(other->second.identifiers, 'i'),
                        std::inserter(taken, taken.end()));
      std::ranges::copy(folded_names(other->second.addresses, 'a'),
                        std::inserter(taken, taken.end()));
    }
  }
  const auto is_taken = [&](const std::string& name) {
    return taken.contains(name);
  };
  if (std::ranges::any_of(folded_names(person.identifiers, 'i'), is_taken)) {
    return "identifier_taken";
  }
  return std::ranges::any_of(folded_names(person.addresses, 'a'), is_taken) ? "address_taken" : "";
}

Verdict Oracle::judge_folding_step(const Intent& intent, const ModelPool& pool) const {
  if (!is_step_of(intent, pool)) {
    return {"stale"};
  }
  std::vector<std::pair<std::string, Person>> changed;
  for (const std::string& id : intent.users) {
    const ModelUser* held = user(pool.stream, id);
    if (held == nullptr || held->folded == intent.folds) {
      continue;
    }
    if (intent.folds && (repeats(held->identifiers) || repeats(held->addresses))) {
      return {"identifier_repeated"};
    }
    Person& person = changed.emplace_back(id, Person{}).second;
    person.identifiers = held->identifiers;
    person.addresses = held->addresses;
  }
  std::set<std::string> claimed;
  for (const auto& [id, person] : changed) {
    if (!intent.folds) {
      continue;
    }
    if (const std::string rule = taken_folded(pool.stream, id, person, claimed); !rule.empty()) {
      return {rule};
    }
    std::ranges::copy(folded_names(person.identifiers, 'i'), std::inserter(claimed, claimed.end()));
    std::ranges::copy(folded_names(person.addresses, 'a'), std::inserter(claimed, claimed.end()));
  }
  return {"", static_cast<std::uint32_t>(changed.size())};
}

Verdict Oracle::judge_folding(const Intent& intent) const {
  const ModelPool* found = pool(intent.log, intent.id);
  if (found == nullptr || found->stream != intent.stream) {
    return {"pool_not_found"};
  }
  const bool building = found->folding == "building";
  const bool undoing = found->folding == "undoing";
  std::size_t folded = 0;
  for (const std::string& id : first_users(found->stream, users.size())) {
    folded += user(found->stream, id)->folded ? 1U : 0U;
  }
  switch (intent.fold) {
    case Fold::kStart:
      if (found->folds || undoing) {
        return {found->folds ? "pool_ignores_case" : "folding_cancelled"};
      }
      return {"", building ? 0U : 1U};
    case Fold::kCancel:
      if (found->folds || found->folding.empty()) {
        return {found->folds ? "folding_finished" : "folding_not_started"};
      }
      return {"", building ? 1U : 0U};
    case Fold::kStep:
      return judge_folding_step(intent, *found);
    case Fold::kEnd:
      break;
  }
  if (!building && !undoing) {
    return {};
  }
  return folded == (building ? users_in(found->stream) : 0U) ? Verdict{"", 1} : Verdict{"stale"};
}

void Oracle::commit_folding(const Intent& intent) {
  ModelPool& pool = pools.at({intent.log, intent.id});
  if (intent.fold == Fold::kStep) {
    for (const std::string& id : intent.users) {
      const auto held = users.find({pool.stream, id});
      if (held != users.end() && held->second.folded != intent.folds) {
        held->second.folded = intent.folds;
        ++held->second.revision;
      }
    }
    return;
  }
  ++pool.revision;
  if (intent.fold == Fold::kEnd) {
    pool.folds = pool.folding == "building";
    pool.folding = pool.folds ? "built" : "";
  } else {
    pool.folding = intent.fold == Fold::kStart ? "building" : "undoing";
  }
}

}  // namespace muster::sim
