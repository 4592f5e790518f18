# In every build: the corpus and all regressions through the fuzz targets, without libFuzzer. And the program that made
# the corpus:  build/dev/fuzz_corpus tests/fuzz/corpus
include(${CMAKE_CURRENT_LIST_DIR}/names.cmake)
list(TRANSFORM nba_fuzz_names REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/tests/fuzz/\\1.cpp" OUTPUT_VARIABLE sources)
add_executable(fuzz_smoke tests/fuzz/smoke_main.cpp tests/fuzz/targets.cpp ${nba_fuzz_parsers} ${nba_fuzz_support}
  ${sources})
target_link_libraries(fuzz_smoke PRIVATE nba_pipeline simdjson::simdjson tomlplusplus::tomlplusplus
  PostgreSQL::PostgreSQL fmt::fmt)
add_test(NAME fuzz_smoke COMMAND fuzz_smoke ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus
                                            ${PROJECT_SOURCE_DIR}/tests/fuzz/regressions)
set_tests_properties(fuzz_smoke PROPERTIES TIMEOUT 300)

add_executable(fuzz_corpus tests/fuzz/corpus_main.cpp tests/unit/transform/small_game.cpp)
target_link_libraries(fuzz_corpus PRIVATE nba_fake_nba nlohmann_json::nlohmann_json)

# Fuzzing as a test: ops/test.sh --fuzz, which builds the preset fuzz beforehand. It takes every core.
option(NBA_FUZZ_TEST "Run the fuzzers of the preset fuzz as a test, ten seconds each" OFF)
if(NBA_FUZZ_TEST)
  add_test(NAME fuzz COMMAND ${PROJECT_SOURCE_DIR}/ops/fuzz.sh --no-install --no-build --seconds 10)
  set_tests_properties(fuzz PROPERTIES TIMEOUT 900 PROCESSORS 2 LABELS fuzz)
endif()
