# The preset `fuzz`: one libFuzzer program a target, with AddressSanitizer and UndefinedBehaviorSanitizer, of the
# parsers' sources alone: no actors, no databases, no HTTP.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "libFuzzer comes with clang: cmake --preset fuzz")
endif()
include(${CMAKE_CURRENT_LIST_DIR}/names.cmake)

find_package(Threads REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)  # its URL parser; nothing is sent
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)

add_compile_options(-fsanitize=fuzzer-no-link)
# Bounds of operator[], front() and the like.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

nba_sources(fuzzed_sources pipeline pipeline/plan pipeline/source pipeline/transform pipeline/derive)
list(FILTER fuzzed_sources EXCLUDE REGEX "/curl_[a-z]+\\.cpp$")
add_library(nba_fuzzed STATIC ${fuzzed_sources} ${nba_fuzz_parsers} ${nba_fuzz_support})
include(${CMAKE_CURRENT_SOURCE_DIR}/pipeline/derive/arenas.cmake)
include(${CMAKE_CURRENT_SOURCE_DIR}/pipeline/derive/overrides.cmake)
target_include_directories(nba_fuzzed PUBLIC ${PROJECT_SOURCE_DIR} PRIVATE ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(nba_fuzzed PUBLIC date::date simdjson::simdjson fmt::fmt
  PRIVATE date::date-tz tomlplusplus::tomlplusplus CURL::libcurl OpenSSL::Crypto ZLIB::ZLIB PostgreSQL::PostgreSQL
          Threads::Threads)

foreach(name ${nba_fuzz_names})
  add_executable(fuzz_${name} tests/fuzz/${name}.cpp tests/fuzz/libfuzzer_main.cpp)
  target_compile_definitions(fuzz_${name} PRIVATE NBA_FUZZ_TARGET=${name})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_${name} PRIVATE nba_fuzzed)
endforeach()
