# The fuzz targets: each is a file here, a function in targets.hpp and a line in targets.cpp.
set(nba_fuzz_names schedule boxscore playbyplay game ids times config payloads database_url faults answers texts)
# The parsers outside pipeline/, by file: their libraries would bring actors, databases and HTTP along.
set(nba_fuzz_parsers cli/config_file.cpp cli/config_nesting.cpp cli/printable.cpp cli/secrets.cpp cli/setting_table.cpp
                     cli/text.cpp storage/database_url.cpp storage/sql/clean_text.cpp bench/fake_nba/faults.cpp)
list(TRANSFORM nba_fuzz_parsers PREPEND ${PROJECT_SOURCE_DIR}/)
set(nba_fuzz_support ${PROJECT_SOURCE_DIR}/tests/fuzz/property.cpp
                     ${PROJECT_SOURCE_DIR}/tests/fuzz/row_properties.cpp)
