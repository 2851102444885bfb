/// A consumer of a feed: a raw connection, the messages it brings, and a check of batches that
/// shares nothing with the server.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "storage/tree/merkle.h"
#include "tests/api/http/raw_client.h"

namespace muster::test {

/// One server-sent event, or a comment.
struct FeedMessage {
  std::string id;
  std::string event;
  std::string data;
  std::string comment;
  std::string retry;
};

inline std::vector<std::string_view> lines_in(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

inline FeedMessage parse_message(std::string_view block) {
  FeedMessage message;
  for (const std::string_view line : lines_in(block)) {
    const auto colon = line.find(": ");
    const std::string_view name = line.substr(0, colon);
    const std::string value{colon == std::string_view::npos ? "" : line.substr(colon + 2)};
    if (name == "id") message.id = value;
    if (name == "event") message.event = value;
    if (name == "data") message.data += value;
    if (name == "retry") message.retry = value;
    if (colon == 0) message.comment = value;
  }
  return message;
}

class FeedClient {
 public:
  FeedClient(std::uint16_t port,
             const std::string& token,
             const std::string& question = "",
             const std::string& last_id = "",
             const std::string& accept = "text/event-stream",
             int receive_buffer_bytes = 0)
      : client_{port, receive_buffer_bytes} {
    std::string request = "GET /audit/default/feed" + question +
                          " HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer " + token +
                          "\r\nAccept: " + accept + "\r\n";
    if (!last_id.empty()) request += "Last-Event-ID: " + last_id + "\r\n";
    client_.send(request + "\r\n");
  }

  /// The head of the answer, and its body where it has a length.
  const RawAnswer& head() {
    if (!head_) head_ = client_.read();
    return *head_;
  }

  /// The next message that satisfies `wanted`, within five seconds of silence.
  template <class Wanted>
  std::optional<FeedMessage> next(const Wanted& wanted) {
    while (auto message = next()) {
      if (wanted(*message)) return message;
    }
    return std::nullopt;
  }

  /// The next message, comments and retries included; nothing when the stream ended.
  std::optional<FeedMessage> next() {
    for (;;) {
      if (const auto end = text_.find("\n\n"); end != std::string::npos) {
        const FeedMessage message = parse_message(std::string_view{text_}.substr(0, end));
        text_.erase(0, end + 2);
        return message;
      }
      if (!take_chunk()) return std::nullopt;
    }
  }

  /// All of a body that ends.
  std::string whole() {
    while (take_chunk()) {
    }
    return text_;
  }

  /// Whether the body came to its end in order.
  [[nodiscard]] bool ended() const { return ended_; }

  RawClient& raw() { return client_; }

 private:
  bool take_chunk() {
    if (head().status != 200 || ended_) return false;
    for (;;) {
      if (const auto line = client_.pending().find("\r\n"); line != std::string::npos) {
        const std::size_t size = std::stoul(client_.pending().substr(0, line), nullptr, 16);
        if (client_.pending().size() >= line + 2 + size + 2) {
          text_ += client_.pending().substr(line + 2, size);
          client_.drop(line + 2 + size + 2);
          ended_ = size == 0;
          return !ended_;
        }
      }
      if (!client_.receive()) return false;
    }
  }

  RawClient client_;
  std::optional<RawAnswer> head_;
  std::string text_;
  bool ended_ = false;
};

/// What a consumer keeps to check batches: the peaks of the tree that it has seen.
class SeenTree {
 public:
  /// Appends a complete subtree of 2^level leaves, which must be aligned.
  void append(Digest hash, std::uint32_t level) {
    const std::uint64_t leaves = std::uint64_t{1} << level;
    for (std::uint64_t at = size_ >> level; (at & 1U) == 1; at >>= 1U) {
      hash = node_hash(peaks_.back(), hash);
      peaks_.pop_back();
    }
    peaks_.push_back(hash);
    size_ += leaves;
  }

  [[nodiscard]] Digest root() const {
    if (peaks_.empty()) return empty_tree_root();
    Digest root = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i > 0; --i) {
      root = node_hash(peaks_[i - 1], root);
    }
    return root;
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// What is wrong with a batch, as its JSON; empty: it goes on where the tree ended, covers what
  /// it says, and its events lie where it says.
  std::string take(std::string_view json) {
    const auto document = parse_json(json);
    if (!document) return "is no JSON";
    const JsonValue batch = document->root();
    if (batch.find("from")->as_uint() != size_) return "does not begin where the last ended";
    std::vector<std::string> nodes;
    for (const JsonValue node : batch.find("nodes")->elements()) {
      nodes.emplace_back(node.as_string());
    }
    next_node_ = 0;
    for (const JsonValue event : batch.find("events")->elements()) {
      if (!skip_to(event.find("position")->as_uint(), nodes)) return "lacks a node";
      append(digest_of(from_base64(std::string{event.find("leaf")->as_string()})), 0);
    }
    if (!skip_to(batch.find("next")->as_uint(), nodes)) return "lacks a node";
    if (next_node_ != nodes.size()) return "has a node too many";
    const std::string root = to_base64(as_view(this->root()));
    return root == batch.find("root")->as_string() ? "" : "has another root";
  }

 private:
  static Digest digest_of(const std::optional<std::string>& bytes) {
    Digest digest{};
    if (bytes && bytes->size() == digest.size()) std::ranges::copy(*bytes, digest.begin());
    return digest;
  }

  bool skip_to(std::uint64_t position, const std::vector<std::string>& nodes) {
    if (position < size_) return false;
    while (size_ < position) {
      std::uint32_t level = 0;
      while ((size_ >> level & 1U) == 0 && (std::uint64_t{2} << level) <= position - size_) {
        ++level;
      }
      if (next_node_ == nodes.size()) return false;
      append(digest_of(from_base64(nodes[next_node_++])), level);
    }
    return true;
  }

  std::uint64_t size_ = 0;
  std::size_t next_node_ = 0;
  std::vector<Digest> peaks_;
};

}  // namespace muster::test
