# muster_sanitizers: every target links it, the third-party translation units included, because a
# program must be instrumented as a whole.

add_library(muster_sanitizers INTERFACE)
if(MUSTER_SANITIZE)
  target_compile_options(muster_sanitizers INTERFACE
    -fsanitize=${MUSTER_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(muster_sanitizers INTERFACE -fsanitize=${MUSTER_SANITIZE})
endif()
if(MUSTER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC says that TSan does not model atomic_thread_fence; Asio uses it, and we accept that.
  target_compile_options(muster_sanitizers INTERFACE -Wno-tsan)
endif()

# For the tests, which run a few times slower under a sanitizer.
set(MUSTER_TEST_SLOWDOWN 1)
set(MUSTER_TEST_ENVIRONMENT)
if(MUSTER_SANITIZE)
  set(MUSTER_TEST_SLOWDOWN 8)
  set(MUSTER_TEST_ENVIRONMENT
    ASAN_OPTIONS=strict_string_checks=1:check_initialization_order=1
    UBSAN_OPTIONS=print_stacktrace=1
    TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=${PROJECT_SOURCE_DIR}/engine/build/tsan.suppressions)
endif()
