# In every build: the corpus and all regressions through the fuzz targets, without libFuzzer. And the program that made
# the corpus:  build/dev/fuzz_corpus tests/fuzz/corpus
include(${CMAKE_CURRENT_LIST_DIR}/names.cmake)
list(TRANSFORM nba_fuzz_names REPLACE "(.+)" "${CMAKE_CURRENT_LIST_DIR}/\\1.cpp" OUTPUT_VARIABLE sources)
add_executable(fuzz_smoke fuzz/smoke_main.cpp fuzz/targets.cpp ${nba_fuzz_parsers} ${nba_fuzz_support}
  ${sources})
target_link_libraries(fuzz_smoke PRIVATE nba::pipeline simdjson::simdjson tomlplusplus::tomlplusplus
  PostgreSQL::PostgreSQL fmt::fmt)
add_test(NAME fuzz_smoke COMMAND fuzz_smoke ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus
                                            ${PROJECT_SOURCE_DIR}/tests/fuzz/regressions)
set_tests_properties(fuzz_smoke PROPERTIES TIMEOUT 300 LABELS actorless)
add_dependencies(actorless_tests fuzz_smoke)

add_executable(fuzz_corpus fuzz/corpus_main.cpp unit/transform/small_game.cpp)
target_link_libraries(fuzz_corpus PRIVATE nba::fake_nba nlohmann_json::nlohmann_json)
