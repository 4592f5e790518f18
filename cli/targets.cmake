# nba_cli: configuration, logging, progress, one file per command; nba-scraper: main.
nba_sources(cli_sources cli cli/commands)
list(FILTER cli_sources EXCLUDE REGEX "/main\\.cpp$")
add_library(nba_cli STATIC ${cli_sources})
# Nothing here is in a loop that matters, and it is a third of the code to compile.
target_compile_options(nba_cli PRIVATE $<$<CONFIG:Release>:-O1>)
target_link_libraries(nba_cli
  PUBLIC nba_actors nba_storage nba_fake_nba
  PRIVATE nba_revision CLI11::CLI11 tomlplusplus::tomlplusplus spdlog::spdlog fmt::fmt
          nlohmann_json::nlohmann_json ZLIB::ZLIB Threads::Threads)
add_executable(nba-scraper cli/main.cpp)
target_link_libraries(nba-scraper PRIVATE nba_cli)
install(TARGETS nba-scraper RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
