/// What a session needs of a connection, so that plain and TLS ones share its code. At most one
/// read and one write at a time; all on the connection's thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "api/http/net.h"
#include "api/http/tls.h"

namespace muster {

/// Hears when an operation has ended. Kept alive by the operation.
class WireUser {
 public:
  virtual ~WireUser() = default;
  virtual void on_open(bool ok) = 0;
  /// 0 bytes: the other end has finished, or the connection broke.
  virtual void on_read(std::size_t bytes) = 0;
  virtual void on_written(bool ok) = 0;
  /// The turn asked for with yield().
  virtual void on_turn() = 0;
};

class Wire {
 public:
  virtual ~Wire() = default;
  /// Handshake, if there is one; then on_open.
  virtual void open(std::shared_ptr<WireUser> user) = 0;
  virtual void read(std::shared_ptr<WireUser> user, char* at, std::size_t room) = 0;
  /// Writes as much of both as goes without waiting, in order. Nothing when the connection broke.
  virtual std::optional<std::size_t> write_now(std::string_view head, std::string_view body) = 0;
  /// Both must live until on_written.
  virtual void write(std::shared_ptr<WireUser> user,
                     std::string_view head,
                     std::string_view body) = 0;
  /// Whether write_now can do anything and small writes should be joined.
  [[nodiscard]] virtual bool immediate() const = 0;
  virtual void yield(std::shared_ptr<WireUser> user) = 0;
  /// Tells the other end that nothing more will be sent; reading goes on.
  virtual void finish() = 0;
  virtual void close() = 0;
};

std::unique_ptr<Wire> make_plain_wire(Socket socket);
std::unique_ptr<Wire> make_tls_wire(Socket socket, TlsContext& context);

}  // namespace muster
