# nba_fake_nba: the synthetic league and the HTTP server that serves it (`simulate`, `--source sim`).
nba_sources(fake_nba_sources bench/fake_nba)
add_library(nba_fake_nba STATIC ${fake_nba_sources})
target_link_libraries(nba_fake_nba PUBLIC nba_pipeline
  PRIVATE PkgConfig::HTTPLIB date::date-tz ZLIB::ZLIB fmt::fmt Threads::Threads)
