# nba_storage: the Store interface and its two implementations.
nba_sources(storage_sources storage storage/sql storage/postgres storage/sqlite)

# The migrations are compiled in.
set(migration_folder ${CMAKE_CURRENT_SOURCE_DIR}/storage/migrations)
set(migration_source ${CMAKE_CURRENT_BINARY_DIR}/generated/storage_migrations.cpp)
file(GLOB migration_files CONFIGURE_DEPENDS ${migration_folder}/*.sql)
add_custom_command(OUTPUT ${migration_source}
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${migration_folder} -DOUTPUT=${migration_source} -P ${migration_folder}/embed.cmake
  DEPENDS ${migration_files} ${migration_folder}/embed.cmake
  COMMENT "Embedding the database migrations")

# So is the data dictionary.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/storage/dictionary.txt)
file(READ ${CMAKE_CURRENT_SOURCE_DIR}/storage/dictionary.txt NBA_DICTIONARY_TXT)
configure_file(${CMAKE_CURRENT_SOURCE_DIR}/storage/dictionary_txt.hpp.in
               ${CMAKE_CURRENT_BINARY_DIR}/generated/storage/dictionary_txt.hpp @ONLY)

add_library(nba_storage STATIC ${storage_sources} ${migration_source})
nba_check_every_access(nba_storage)
target_include_directories(nba_storage PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
target_link_libraries(nba_storage
  PUBLIC nba_pipeline
  PRIVATE Pqxx::pqxx PostgreSQL::PostgreSQL SQLite::SQLite3 fmt::fmt date::date)
