# How our own targets are declared. A folder's CMakeLists.txt names its sources; everything else
# about a target is here.

# muster_add_folders(<folder>...): adds each folder that has a CMakeLists.txt.
function(muster_add_folders)
  foreach(folder IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

# muster_add_every_folder(): adds each folder below this one that has a CMakeLists.txt. Sources are
# always named; folders need not be, so that a new one does not touch its parent.
function(muster_add_every_folder)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(list IN LISTS lists)
    cmake_path(GET list PARENT_PATH folder)
    add_subdirectory(${folder})
  endforeach()
endfunction()

# muster_existing(<variable> <file>...): the files that exist. One that is named and not there yet is
# a warning here and a failure in tests/tidy, so that half a change does not stop everybody's build.
function(muster_existing variable)
  set(existing)
  foreach(file IN LISTS ARGN)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${file} OR IS_ABSOLUTE ${file})
      list(APPEND existing ${file})
    else()
      message(WARNING "${CMAKE_CURRENT_SOURCE_DIR}/${file} does not exist")
    endif()
  endforeach()
  set(${variable} ${existing} PARENT_SCOPE)
endfunction()

configure_file(${PROJECT_SOURCE_DIR}/engine/build/version.h.in
  ${PROJECT_BINARY_DIR}/generated/engine/build/version.h)

# muster_ours: what every target of ours has. Includes are written from the root of the tree.
add_library(muster_ours INTERFACE)
target_link_libraries(muster_ours INTERFACE muster_warnings muster_sanitizers)
target_include_directories(muster_ours INTERFACE
  ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)

# muster_library(<name> [SOURCES <file>...] [PUBLIC <library>...] [PRIVATE <library>...])
# A static library; one of headers only as long as it names no sources. Link PRIVATE unless a
# header of the library includes a header of the other.
function(muster_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  muster_existing(sources ${arg_SOURCES})
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE muster_ours ${arg_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${arg_PUBLIC} ${arg_PRIVATE})
  endif()
endfunction()

# What is shipped: cmake --build ... --target programs
add_custom_target(programs)

# muster_program(<name> [INSTALL] SOURCES <file>... [LIBRARIES <library>...])
# Lands in build/<preset>/bin/<name>. INSTALL: it is shipped.
function(muster_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "INSTALL" "" "SOURCES;LIBRARIES")
  muster_existing(sources ${arg_SOURCES})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE muster_ours ${arg_LIBRARIES})
  if(arg_INSTALL AND NOT MUSTER_SANITIZE)
    target_link_libraries(${name} PRIVATE muster::jemalloc)
  endif()
  if(arg_INSTALL)
    install(TARGETS ${name} RUNTIME)
    add_dependencies(programs ${name})
  endif()
endfunction()

# muster_test(<name> SOURCES <file>... [LIBRARIES <library>...])
# One binary build/<preset>/bin/tests/<name>_test. CTest gets one test per *_test.cc, named
# <name>/<file without _test.cc>, which runs what is not tagged [slow], and one test <name>/slow,
# labelled slow, which runs the rest.
function(muster_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  set(target ${name}_test)
  muster_existing(sources ${arg_SOURCES})
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE muster_ours muster_test_main ${arg_LIBRARIES})
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/tests)

  set(seen)
  foreach(source IN LISTS sources)
    if(NOT source MATCHES "_test\\.cc$")
      continue()
    endif()
    # Catch2 knows a test's file only by its last name, so last names must differ in a binary.
    cmake_path(GET source STEM file)
    if(file IN_LIST seen)
      message(FATAL_ERROR "${target}: two sources are called ${file}.cc; rename one")
    endif()
    list(APPEND seen ${file})
    string(REGEX REPLACE "_test\\.cc$" "" test ${source})
    muster_register_test(${name}/${test} ${target} "[#${file}]~[slow]~[.]" 120 ${name})
  endforeach()
  muster_register_test(${name}/slow ${target} "[slow]~[.]" 3600 slow)
endfunction()

function(muster_register_test test target filter seconds label)
  math(EXPR seconds "${seconds} * ${MUSTER_TEST_SLOWDOWN}")
  add_test(NAME ${test}
    COMMAND ${target} --filenames-as-tags --durations no ${filter})
  set_tests_properties(${test} PROPERTIES
    TIMEOUT ${seconds}
    LABELS ${label}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    ENVIRONMENT "${MUSTER_TEST_ENVIRONMENT}")
endfunction()
