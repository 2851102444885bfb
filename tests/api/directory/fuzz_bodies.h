/// Bodies that operations accept, to be made strange.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace muster::test {

/// By operationId (of the admin family, where both have it): where it is sent, behind the family's
/// root or from the beginning, and the body.
using ValidBodies = std::map<std::string, std::pair<std::string, std::string>, std::less<>>;

const ValidBodies& valid_bodies();

}  // namespace muster::test
