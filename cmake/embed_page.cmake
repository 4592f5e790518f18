# Puts the page's files into a source: what cli/page/assets.hpp declares. Run as a script:
#   cmake -DOUTPUT=FILE.cpp -DFILES="page.css=PATH;page.js=PATH;..." -P embed_page.cmake
# The order of FILES is the order in the array; the digest is the beginning of the SHA-256 of the bytes.
cmake_minimum_required(VERSION 3.25)
set(arrays "")
set(rows "")
set(count 0)
foreach(pair IN LISTS FILES)
  string(REGEX MATCH "^([^=]+)=(.+)$" _ "${pair}")
  set(name "${CMAKE_MATCH_1}")
  set(path "${CMAKE_MATCH_2}")
  file(SHA256 "${path}" digest)
  string(SUBSTRING "${digest}" 0 12 digest)
  file(READ "${path}" bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  string(APPEND arrays "const unsigned char page_file_${count}[] = {\n${bytes}};\n")
  string(APPEND rows "    {\"${name}\", \"${digest}\", embedded_bytes(page_file_${count})},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUTPUT}" "// Made by cmake/embed_page.cmake.
#include \"cli/page/assets.hpp\"

#include <cstddef>

namespace nba::cli {
namespace {

${arrays}
template <std::size_t Size>
std::string_view embedded_bytes(const unsigned char (&bytes)[Size]) {
  return {reinterpret_cast<const char*>(bytes), Size};
}

}  // namespace

const embedded_file embedded_page_files[${count}] = {
${rows}};

}  // namespace nba::cli
")
