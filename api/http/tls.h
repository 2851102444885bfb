/// The TLS side of a listener: TLS 1.2 and 1.3, HTTP/1.1 by ALPN.
#pragma once

#include <memory>

#include "api/http/server.h"
#include "engine/core/result.h"

namespace boost::asio::ssl {
class context;
}  // namespace boost::asio::ssl

namespace muster {

using TlsContext = boost::asio::ssl::context;

/// Reads certificate chain and key and checks that they belong together.
Result<std::shared_ptr<TlsContext>> load_tls(const TlsFiles& files);

}  // namespace muster
