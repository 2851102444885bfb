#include "api/http/address.h"

#include <catch2/catch.hpp>

namespace muster::test {
namespace {

TEST_CASE("what only this machine or its network has is no public address") {
  for (const std::string address : {"127.0.0.1",
                                    "127.255.255.254",
                                    "0.0.0.0",
                                    "10.0.0.1",
                                    "100.64.0.1",
                                    "169.254.169.254",
                                    "172.16.0.1",
                                    "172.31.255.255",
                                    "192.168.1.1",
                                    "192.0.2.1",
                                    "198.18.0.1",
                                    "198.51.100.7",
                                    "203.0.113.9",
                                    "224.0.0.1",
                                    "255.255.255.255",
                                    "::1",
                                    "::",
                                    "fe80::1",
                                    "fc00::1",
                                    "fd12::1",
                                    "ff02::1",
                                    "::ffff:10.0.0.1",
                                    "::ffff:127.0.0.1",
                                    "64:ff9b::a00:1",
                                    "2002:a00:1::1",
                                    "2001::1",
                                    "2001:db8::1",
                                    "localhost",
                                    "010.0.0.1",
                                    "",
                                    "1.2.3"}) {
    INFO(address);
    CHECK_FALSE(is_public_address(address));
  }
}

TEST_CASE("what the Internet has is a public address") {
  for (const std::string address : {"1.1.1.1",
                                    "9.255.255.255",
                                    "11.0.0.0",
                                    "100.63.255.255",
                                    "100.128.0.0",
                                    "172.15.255.255",
                                    "172.32.0.0",
                                    "192.167.255.255",
                                    "223.255.255.255",
                                    "2606:4700:4700::1111",
                                    "2a00:1450:4001::1",
                                    "::ffff:8.8.8.8"}) {
    INFO(address);
    CHECK(is_public_address(address));
  }
}

}  // namespace
}  // namespace muster::test
