# fieldseal_together(NAME): compiles a library's files several at a time, so that what all of them include is read once (a third of the time).
# With FIELDSEAL_TOGETHER=OFF each file stands alone, which shows a missing include.
function(fieldseal_together name)
  if(FIELDSEAL_TOGETHER)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # A file that is included is no header here: nobody else sees its unnamed namespace.
      target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
endfunction()

# fieldseal_folder(NAME USES targets...): the library of one folder, from all its .cpp files.
#
# What a folder uses is linked PUBLIC where its headers show it and PRIVATE where they do not (HIDES), so that a folder can
# only include what it names. Headers are included from the top: "model/vault/vault.h".
function(fieldseal_folder name)
  cmake_parse_arguments(ARG "" "" "USES;HIDES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_HIDES})
    fieldseal_together(${name})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${ARG_USES})
  endif()
endfunction()

# fieldseal_test(NAME SOURCES files... USES targets... [LABELS labels...] [HEADER target]): a doctest program; each of its test cases is a test of
# ctest. HEADER is of fieldseal_test_header. A test case that says MESSAGE("skipped: why") counts as skipped.
function(fieldseal_test name)
  cmake_parse_arguments(ARG "WHOLE" "TIMEOUT;HEADER" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE fieldseal_doctest_main ${ARG_USES})
  if(NOT ARG_HEADER)
    set(ARG_HEADER fieldseal_doctest_header)
  endif()
  target_precompile_headers(${name} REUSE_FROM ${ARG_HEADER})
  target_compile_options(${name} PRIVATE ${FIELDSEAL_TEST_OPTIONS})
  if("${ARG_LABELS}" MATCHES "unit|property|fuzz")
    add_dependencies(sanitized_tests ${name})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(ARG_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  else()
    # A name that CMake cuts (at a semicolon) would select no case, and nothing that runs passes.
    doctest_discover_tests(${name} TEST_PREFIX "${name}: "
                           PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} FAIL_REGULAR_EXPRESSION "test cases: +0 "
                                      SKIP_REGULAR_EXPRESSION "MESSAGE: skipped: ")
  endif()
endfunction()
