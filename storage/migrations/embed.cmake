# Writes the migrations into a C++ source: cmake -DFOLDER=... -DOUTPUT=... -P embed.cmake
# Files are taken in the order of their names. Raw string literals keep the text as it is.
file(GLOB files ${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "no migrations in ${FOLDER}")
endif()
set(entries "")
set(expected 1)
foreach(file IN LISTS files)
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX MATCH "^([0-9]+)_([a-z0-9_]+)$" matched ${stem})
  if(NOT matched)
    message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql (lower case)")
  endif()
  set(name ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" version ${CMAKE_MATCH_1})
  if(NOT version EQUAL expected)
    message(FATAL_ERROR "${file}: expected number ${expected}; numbers have no gaps and no repeats")
  endif()
  math(EXPR expected "${expected} + 1")
  file(READ ${file} sql)
  string(FIND "${sql}" ")sql\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${file}: holds the end mark of its own literal")
  endif()
  string(APPEND entries "    {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by storage/migrations/embed.cmake.
#include \"storage/sql/migrations.hpp\"

#include <array>

namespace nba::sql {
namespace {

constexpr std::array<migration_file, ${count}> files{{
${entries}}};

}  // namespace

std::span<const migration_file> migration_files() { return files; }

}  // namespace nba::sql
")
