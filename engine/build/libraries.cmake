# The libraries we use, each as an imported target muster::<name>.
#
# They are found by header and library instead of by find_package: one way for all of them, only
# the parts that we use, and an error that names the Debian package. Includes of imported targets
# are SYSTEM, so warnings stay ours.

find_package(Threads REQUIRED)

# muster_external(<name> PACKAGE <debian package> HEADER <header> [ROOT <dir>]
#                 [LIBRARIES <lib>...] [DEFINES <macro>...] [NEEDS <target>...])
function(muster_external name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PACKAGE;HEADER;ROOT" "LIBRARIES;DEFINES;NEEDS")
  set(where)
  if(arg_ROOT)
    set(where PATHS ${arg_ROOT} NO_DEFAULT_PATH)
  endif()
  set(lost)

  find_path(MUSTER_${name}_INCLUDE ${arg_HEADER} ${where})
  mark_as_advanced(MUSTER_${name}_INCLUDE)
  if(NOT MUSTER_${name}_INCLUDE)
    list(APPEND lost "<${arg_HEADER}>")
  endif()

  set(files)
  foreach(library IN LISTS arg_LIBRARIES)
    find_library(MUSTER_LIBRARY_${library} ${library})
    mark_as_advanced(MUSTER_LIBRARY_${library})
    if(NOT MUSTER_LIBRARY_${library})
      list(APPEND lost "lib${library}")
    endif()
    list(APPEND files ${MUSTER_LIBRARY_${library}})
  endforeach()

  if(lost)
    list(JOIN lost ", " lost)
    message(FATAL_ERROR "${lost} not found (${arg_PACKAGE}). Run ./dev setup, then try again.")
  endif()

  add_library(muster::${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(muster::${name} SYSTEM INTERFACE ${MUSTER_${name}_INCLUDE})
  target_compile_definitions(muster::${name} INTERFACE ${arg_DEFINES})
  target_link_libraries(muster::${name} INTERFACE ${files} ${arg_NEEDS})
endfunction()

muster_external(rocksdb PACKAGE librocksdb-dev HEADER rocksdb/db.h
  LIBRARIES rocksdb NEEDS Threads::Threads)
muster_external(lz4 PACKAGE liblz4-dev HEADER lz4.h
  LIBRARIES lz4)
# simdjson.h declares other classes without the definition its library was built with.
muster_external(simdjson PACKAGE libsimdjson-dev HEADER simdjson.h
  LIBRARIES simdjson DEFINES SIMDJSON_THREADS_ENABLED=1 NEEDS Threads::Threads)
muster_external(re2 PACKAGE libre2-dev HEADER re2/re2.h
  LIBRARIES re2 NEEDS Threads::Threads)
muster_external(openssl_crypto PACKAGE libssl-dev HEADER openssl/evp.h
  LIBRARIES crypto)
muster_external(openssl_ssl PACKAGE libssl-dev HEADER openssl/ssl.h
  LIBRARIES ssl NEEDS muster::openssl_crypto)
muster_external(boost_headers PACKAGE libboost1.81-dev HEADER boost/version.hpp
  NEEDS Threads::Threads)
muster_external(cli11 PACKAGE libcli11-dev HEADER CLI/CLI.hpp)
muster_external(toml PACKAGE libtomlplusplus-dev HEADER toml++/toml.h
  LIBRARIES tomlplusplus DEFINES TOML_HEADER_ONLY=0 TOML_SHARED_LIB=1)
muster_external(spdlog PACKAGE libspdlog-dev HEADER spdlog/spdlog.h
  LIBRARIES spdlog fmt
  DEFINES SPDLOG_COMPILED_LIB SPDLOG_SHARED_LIB SPDLOG_FMT_EXTERNAL
  NEEDS Threads::Threads)
muster_external(prometheus PACKAGE prometheus-cpp-dev HEADER prometheus/registry.h
  LIBRARIES prometheus-cpp-core NEEDS Threads::Threads)
muster_external(argon2 PACKAGE libargon2-dev HEADER argon2.h
  LIBRARIES argon2)
muster_external(crypt PACKAGE libcrypt-dev HEADER crypt.h
  LIBRARIES crypt)
muster_external(zxcvbn PACKAGE libzxcvbn-dev HEADER zxcvbn.h
  LIBRARIES zxcvbn)
muster_external(cjose PACKAGE libcjose-dev HEADER cjose/cjose.h
  LIBRARIES cjose NEEDS muster::openssl_crypto)
muster_external(icu PACKAGE libicu-dev HEADER unicode/uchar.h
  LIBRARIES icuuc icudata)
# A fifth less CPU in an import than with glibc; the sanitizers bring their own allocator.
muster_external(jemalloc PACKAGE libjemalloc-dev HEADER jemalloc/jemalloc.h
  LIBRARIES jemalloc)
# Not from its package, which pulls in Qt and Poco; ./dev setup unpacks only the headers.
muster_external(valijson PACKAGE "libvalijson-dev, headers only" HEADER valijson/validator.hpp
  ROOT ${PROJECT_SOURCE_DIR}/build/third_party/valijson/usr/include)

if(MUSTER_TESTS)
  muster_external(catch2 PACKAGE catch2 HEADER catch2/catch.hpp
    DEFINES CATCH_CONFIG_FAST_COMPILE)
endif()

# An unversioned Boost on Debian 12 is 1.74, which lacks Boost.URL and half of what we use of Asio.
file(STRINGS ${MUSTER_boost_headers_INCLUDE}/boost/version.hpp boost_version
  REGEX "^#define BOOST_VERSION [0-9]+")
string(REGEX MATCH "[0-9]+" boost_version "${boost_version}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "Boost ${boost_version} found, 1.81 needed (libboost1.81-dev). Run ./dev setup.")
endif()
