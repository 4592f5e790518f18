# Tests. One doctest executable per room; every executable is one CTest test.
# A test that needs the recorded seasons looks for NBA_RECORDED_DATA (or ../shared/data beside the checkout) and says when it skips.
find_package(doctest CONFIG REQUIRED)
add_library(nba_test_main STATIC tests/support/test_main.cpp)
target_link_libraries(nba_test_main PUBLIC doctest::doctest)

function(nba_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "FOLDERS;LIBRARIES" ${ARGN})
  nba_sources(sources ${ARG_FOLDERS})
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE nba_test_main nba_test_support ${ARG_LIBRARIES})
  target_precompile_headers(${name} PRIVATE <doctest/doctest.h>)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()

# Helpers shared by tests: recorded data, temporary folders, a private PostgreSQL cluster, child processes.
nba_sources(test_support_sources tests/support)
list(FILTER test_support_sources EXCLUDE REGEX "/test_main\\.cpp$")
add_library(nba_test_support STATIC ${test_support_sources})
target_compile_definitions(nba_test_support PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_include_directories(nba_test_support PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(nba_test_support PUBLIC nba_pipeline PRIVATE PkgConfig::HTTPLIB Threads::Threads)

# The whole graph of actors on the testing scheduler, with a model host and a model store around it.
nba_sources(engine_test_support_sources tests/support/engine)
add_library(nba_engine_test_support STATIC ${engine_test_support_sources})
target_link_libraries(nba_engine_test_support PUBLIC nba_test_support nba_actors)

nba_test(plan_tests      FOLDERS tests/unit/plan      LIBRARIES nba_pipeline)
nba_test(source_tests    FOLDERS tests/unit/source    LIBRARIES nba_pipeline PkgConfig::HTTPLIB)
nba_test(transform_tests FOLDERS tests/unit/transform LIBRARIES nba_pipeline nlohmann_json::nlohmann_json)
nba_test(derive_tests    FOLDERS tests/unit/derive    LIBRARIES nba_pipeline)
nba_test(league_tests    FOLDERS tests/unit/league    LIBRARIES nba_fake_nba PkgConfig::HTTPLIB nlohmann_json::nlohmann_json)
nba_test(cli_tests       FOLDERS tests/unit/cli       LIBRARIES nba_cli SQLite::SQLite3 nlohmann_json::nlohmann_json)
if(TARGET cli_tests)
  # Some tests run the built program, and one compares docs/configuration.md with the table of settings.
  target_compile_definitions(cli_tests PRIVATE NBA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    NBA_SCRAPER_BINARY="$<TARGET_FILE:nba-scraper>")
  add_dependencies(cli_tests nba-scraper)
endif()
nba_test(actor_tests     FOLDERS tests/unit/actors    LIBRARIES nba_engine_test_support)
nba_test(simulation_tests FOLDERS tests/simulation   LIBRARIES nba_engine_test_support nba_revision)
nba_test(store_tests     FOLDERS tests/integration/store    LIBRARIES nba_storage SQLite::SQLite3 Pqxx::pqxx TIMEOUT 600)
nba_test(pipeline_tests  FOLDERS tests/integration/pipeline LIBRARIES nba_cli TIMEOUT 900)
target_compile_definitions(pipeline_tests PRIVATE NBA_SCRAPER_BINARY="$<TARGET_FILE:nba-scraper>")
add_dependencies(pipeline_tests nba-scraper)
include(tests/ops/targets.cmake)
