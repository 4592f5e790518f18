// The files that the page needs besides itself, built into the program: style, script, charts, picture.
//
// A file's name carries a digest of its bytes, so that a browser may keep it for ever and never holds an old one.
// Threads: constants and pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

struct page_asset {
  std::string_view content_type;
  std::string_view bytes;
  bool for_ever = true;  // Cache-Control: public, max-age=31536000, immutable; else no-cache
};
// "/assets/page-1a2b3c4d.css"; also "/favicon.ico". nullopt: there is no such file.
std::optional<page_asset> asset_for(std::string_view path);
// Its path, by its plain name: "page.css", "page.js", "chart.js", "favicon.svg".
std::string asset_path(std::string_view name);

// Made by cmake/embed_page.cmake.
struct embedded_file {
  std::string_view name, digest, bytes;
};
extern const embedded_file embedded_page_files[4];

}  // namespace nba::cli
