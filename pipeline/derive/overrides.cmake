# Compiles overrides.csv in, as one string literal; a change of the file rebuilds it.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/overrides.csv)
file(READ ${CMAKE_CURRENT_LIST_DIR}/overrides.csv NBA_OVERRIDES_CSV)
configure_file(${CMAKE_CURRENT_LIST_DIR}/overrides_csv.hpp.in
               ${CMAKE_BINARY_DIR}/generated/pipeline/derive/overrides_csv.hpp @ONLY)
