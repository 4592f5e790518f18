# Benchmarks. See bench/README.md.
add_executable(nba-bench bench/season_bench.cpp bench/derive_bench.cpp)
target_link_libraries(nba-bench PRIVATE nba_actors CLI11::CLI11 nlohmann_json::nlohmann_json)
