# muster_warnings: the warnings our own code compiles without. Whether a warning is an error is
# for the presets to say, so that a packager with another compiler can still build.

add_library(muster_warnings INTERFACE)
target_compile_options(muster_warnings INTERFACE
  -Wall
  -Wextra
  -Wpedantic
  -Wshadow
  -Wconversion
  -Wsign-conversion
  -Wcast-align
  -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
  -Wswitch-enum)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(muster_warnings INTERFACE
    -Wduplicated-cond
    -Wduplicated-branches
    -Wlogical-op
    # GCC 12 reports these two inside its own std::string and std::optional once it inlines at
    # -O2; the code they point at is correct. Look again with the next compiler.
    -Wno-restrict
    -Wno-maybe-uninitialized)
endif()
