# Warnings are errors; every module is a static library that links exactly the modules below it, so that
# a call upwards does not link.
add_library(aw_flags INTERFACE)
target_include_directories(aw_flags INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_options(aw_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Wvla -Werror -fno-omit-frame-pointer)
# gcc 12 sees overlaps in `"text" + std::string` that are not there (GCC PR 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(aw_flags INTERFACE -Wno-restrict)
endif()
target_compile_definitions(aw_flags INTERFACE ANCHORWATCH_VERSION="${PROJECT_VERSION}")
if(ANCHORWATCH_SANITIZE)
  # Instrumented code makes gcc 12 see uninitialised optionals that are not.
  target_compile_options(aw_flags INTERFACE -fsanitize=${ANCHORWATCH_SANITIZE} -Wno-maybe-uninitialized)
  target_link_options(aw_flags INTERFACE -fsanitize=${ANCHORWATCH_SANITIZE})
endif()
if(ANCHORWATCH_COVERAGE)
  target_compile_options(aw_flags INTERFACE --coverage)
  target_link_options(aw_flags INTERFACE --coverage)
endif()

# aw_module(NAME [DEPS module…] [LIBS target…]): src/NAME/*.cc as library aw_NAME.
function(aw_module name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_main\\.cc$")
  if(sources)
    add_library(aw_${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(aw_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(aw_${name} ${scope} aw_flags ${ARG_LIBS})
  foreach(dep ${ARG_DEPS})
    target_link_libraries(aw_${name} ${scope} aw_${dep})
  endforeach()
endfunction()

# aw_embed(FILE NAME): FILE as a C++ string literal in generated/NAME, made again when FILE changes.
function(aw_embed file name)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
  file(READ ${CMAKE_SOURCE_DIR}/${file} text)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${name} CONTENT "R\"text(@text@)text\"\n" @ONLY)
endfunction()

# aw_test(NAME MODULES module… [SOURCES file…]): one GoogleTest program.
function(aw_test name)
  cmake_parse_arguments(ARG "" "LABEL" "MODULES;SOURCES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  foreach(module ${ARG_MODULES})
    target_link_libraries(${name} PRIVATE aw_${module})
  endforeach()
  target_link_libraries(${name} PRIVATE GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} TEST_PREFIX "${name}/" DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABEL}")
endfunction()
