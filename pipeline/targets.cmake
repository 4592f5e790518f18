# nba_pipeline: what happens to a game. Pure: neither CAF nor SQL.
nba_sources(pipeline_sources pipeline pipeline/plan pipeline/source pipeline/transform pipeline/derive)
add_library(nba_pipeline STATIC ${pipeline_sources})
target_include_directories(nba_pipeline PUBLIC ${PROJECT_SOURCE_DIR})
nba_check_every_access(nba_pipeline)
if(NBA_FAILPOINTS)
  target_compile_definitions(nba_pipeline PUBLIC NBA_FAILPOINTS)
endif()
target_link_libraries(nba_pipeline
  PUBLIC date::date tl::expected
  PRIVATE date::date-tz simdjson::simdjson CURL::libcurl OpenSSL::Crypto ZLIB::ZLIB fmt::fmt
          Threads::Threads)
include(${CMAKE_CURRENT_LIST_DIR}/derive/arenas.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/derive/overrides.cmake)
target_include_directories(nba_pipeline PRIVATE ${CMAKE_BINARY_DIR}/generated)
