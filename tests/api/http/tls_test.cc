#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/api/http/fixture.h"

namespace muster {

using test::RawClient;
using test::TestServer;
namespace net = boost::asio;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// Certificate and key files of one test.
class Files {
 public:
  Files() {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() /
              ("muster-tls-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::create_directories(folder_);
  }

  ~Files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  [[nodiscard]] TlsFiles paths() const { return {folder_ / "chain.pem", folder_ / "key.pem"}; }

  /// Self-signed, with `name` as its subject.
  void write(const std::string& name) const {
    const Key key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    auto* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject,
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    save("chain.pem", [&](BIO* out) { PEM_write_bio_X509(out, certificate.get()); });
    save("key.pem", [&](BIO* out) {
      PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

  void spoil() const { std::ofstream{folder_ / "chain.pem"} << "not a certificate"; }

 private:
  template <class Write>
  void save(const char* file, Write write_to) const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new_file((folder_ / file).c_str(), "w"),
                                                        &BIO_free};
    write_to(out.get());
  }

  std::filesystem::path folder_;
};

class TlsClient {
 public:
  /// `protocols` are offered (RFC 7301): each behind its length.
  explicit TlsClient(std::uint16_t port, const std::string& protocols = "") {
    SSL_set_alpn_protos(stream_.native_handle(),
                        reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
    stream_.next_layer().connect({net::ip::address_v4::loopback(), port});
    stream_.handshake(net::ssl::stream_base::client);
  }

  std::string get(const std::string& path, std::size_t bytes) {
    const auto request = "GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n";
    net::write(stream_, net::buffer(request));
    std::string answer;
    while (answer.find("\r\n\r\n") == std::string::npos ||
           answer.size() - answer.find("\r\n\r\n") - 4 < bytes) {
      char buffer[16384];
      answer.append(buffer, stream_.read_some(net::buffer(buffer)));
    }
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }

  /// The protocol that the server chose.
  [[nodiscard]] std::string protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(stream_.native_handle(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

  [[nodiscard]] std::string subject() {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        SSL_get1_peer_certificate(stream_.native_handle()), &X509_free};
    char name[100] = "";
    X509_NAME_get_text_by_NID(
        X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof(name));
    return name;
  }

 private:
  net::io_context context_;
  net::ssl::context tls_{net::ssl::context::tls_client};
  net::ssl::stream<net::ip::tcp::socket> stream_{context_, tls_};
};

ServerOptions with_tls(const Files& files, HttpBounds bounds = {}) {
  ServerOptions options;
  options.bounds = bounds;
  options.tls = files.paths();
  return options;
}

}  // namespace

TEST_CASE("requests are answered over TLS, small and large", "[http]") {
  const Files files;
  files.write("first");
  TestServer server{with_tls(files), test::sample_router()};
  TlsClient client{server.port()};
  for (int i = 0; i < 3; ++i) {
    CHECK(client.get("/things/a", 6) == "GET a ");
    CHECK(client.get("/big", 1024 * 1024) == std::string(1024 * 1024, 'b'));
  }
}

TEST_CASE("of the protocols that a client offers the server chooses HTTP/1.1", "[http]") {
  const Files files;
  files.write("first");
  TestServer server{with_tls(files), test::sample_router()};
  TlsClient browser{server.port(), "\x02h2\x08http/1.1"};
  CHECK(browser.protocol() == "http/1.1");
  CHECK(browser.get("/things/a", 6) == "GET a ");
  TlsClient newer{server.port(), "\x02h2"};
  CHECK(newer.protocol().empty());
  CHECK(newer.get("/things/a", 6) == "GET a ");
}

TEST_CASE("certificates are changed without dropping connections", "[http]") {
  const Files files;
  files.write("first");
  TestServer server{with_tls(files), test::sample_router()};
  TlsClient before{server.port()};
  CHECK(before.subject() == "first");
  files.write("second");
  CHECK(server.server().reload_certificates().has_value());
  TlsClient after{server.port()};
  CHECK(after.subject() == "second");
  CHECK(before.get("/things/a", 6) == "GET a ");

  files.spoil();
  CHECK_FALSE(server.server().reload_certificates().has_value());
  TlsClient still{server.port()};
  CHECK(still.subject() == "second");
}

TEST_CASE("a server without usable certificates does not start", "[http]") {
  const Files files;
  const Router router;
  Server none{with_tls(files), router};
  CHECK_FALSE(none.start().has_value());
  files.write("first");
  const Files others;
  others.write("second");
  auto options = with_tls(files);
  options.tls->private_key = others.paths().private_key;
  Server mismatched{options, router};
  CHECK_FALSE(mismatched.start().has_value());
}

TEST_CASE("who does not speak TLS, or says nothing, is closed", "[http]") {
  const Files files;
  files.write("first");
  HttpBounds bounds;
  bounds.handshake = std::chrono::milliseconds{80};
  TestServer server{with_tls(files, bounds), test::sample_router()};
  RawClient silent{server.port()};
  CHECK(silent.closed());
  RawClient plain{server.port()};
  plain.send("GET /things/a HTTP/1.1\r\nHost: t\r\n\r\n");
  while (plain.receive()) {
  }
  CHECK(plain.pending().find("HTTP") == std::string::npos);
}

TEST_CASE("a TLS server stops with clients connected", "[http]") {
  const Files files;
  files.write("first");
  TestServer server{with_tls(files), test::sample_router()};
  TlsClient client{server.port()};
  CHECK(client.get("/things/a", 6) == "GET a ");
  server.server().stop(std::chrono::seconds{2});
  CHECK(server.server().counters().connections == 0);
}

}  // namespace muster
