#include "engine/text/origin.h"

#include <algorithm>

// The whole of Boost.URL: this is the only file that uses it, and its packaged library is no part
// of libboost1.81-dev.
#include <boost/url/src.hpp>

namespace muster {

bool is_web_origin(std::string_view text) {
  const bool is_lower = std::ranges::none_of(
      text, [](char byte) { return (byte >= 'A' && byte <= 'Z') || byte == '%' || byte == ' '; });
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!is_lower || !parsed) {
    return false;
  }
  const boost::urls::url_view url = *parsed;
  const bool is_web = url.scheme() == "http" || url.scheme() == "https";
  const bool has_host = url.has_authority() && !url.has_userinfo() && !url.encoded_host().empty();
  // 0 also for what is beyond 65535.
  const bool has_good_port = !url.has_port() || url.port_number() != 0;
  return is_web && has_host && has_good_port && url.encoded_path().empty() && !url.has_query() &&
         !url.has_fragment();
}

}  // namespace muster
