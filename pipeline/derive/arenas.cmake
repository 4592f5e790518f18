# Compiles arenas.csv in, as one string literal; a change of the file rebuilds it.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/arenas.csv)
file(READ ${CMAKE_CURRENT_LIST_DIR}/arenas.csv NBA_ARENAS_CSV)
configure_file(${CMAKE_CURRENT_LIST_DIR}/arenas_csv.hpp.in ${CMAKE_BINARY_DIR}/generated/pipeline/derive/arenas_csv.hpp
               @ONLY)
