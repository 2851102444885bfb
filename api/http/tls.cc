#include "api/http/tls.h"

#include <array>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

#include "api/http/net.h"

namespace muster {
namespace {

// RFC 7301. A client that offers only other protocols is let in without one, as servers do that
// speak nothing else.
// NOLINTNEXTLINE(readability-function-size): OpenSSL's signature
int choose_protocol(SSL*,
                    const unsigned char** out,
                    unsigned char* out_size,
                    const unsigned char* offered,
                    unsigned int offered_size,
                    void*) {
  // Static: what is chosen points into it, and is sent after this returned.
  static constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(
          &chosen, out_size, kHttp11.data(), kHttp11.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Failure unusable(const std::string& file, const ErrorCode& error) {
  return failure(Errc::kIo, "tls_files", file + " cannot be used: " + error.message());
}

}  // namespace

Result<std::shared_ptr<TlsContext>> load_tls(const TlsFiles& files) {
  auto context = std::make_shared<TlsContext>(TlsContext::tls_server);
  auto* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(native, &choose_protocol, nullptr);
  ErrorCode error;
  context->use_certificate_chain_file(files.certificate_chain, error);
  if (error) return unusable(files.certificate_chain, error);
  context->use_private_key_file(files.private_key, TlsContext::pem, error);
  if (error) return unusable(files.private_key, error);
  if (SSL_CTX_check_private_key(native) != 1) {
    return failure(
        Errc::kIo, "tls_files", files.private_key + " is not the key of the certificate");
  }
  return context;
}

}  // namespace muster
