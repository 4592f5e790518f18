# nba_storage: the Store interface and its two implementations.
nba_sources(storage_sources storage storage/postgres storage/sqlite storage/migrations)
add_library(nba_storage STATIC ${storage_sources})
target_link_libraries(nba_storage
  PUBLIC nba_pipeline
  PRIVATE Pqxx::pqxx PostgreSQL::PostgreSQL SQLite::SQLite3 OpenSSL::Crypto ZLIB::ZLIB fmt::fmt date::date)
