// What a fake NBA answers when it has no document: the edge's pages, documents without rows, compressed bodies.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/endpoints.hpp"

#include <string>
#include <string_view>

namespace nba::fake {

// A content type that cpp-httplib does not compress by itself (it would use brotli at its slowest).
inline constexpr const char* json_type = "application/json; charset=utf-8";
inline constexpr const char* html_type = "text/html";

// The page that an edge server sends with 403; `path` is what was asked for.
std::string access_denied_page(std::string_view path);
// A page as a maintenance or consent screen would be, in place of JSON.
std::string html_page();
std::string error_page(int status, std::string_view text);
// The right shape with nothing in it.
std::string empty_document(endpoint what, const game_id& id, season of);

// gzip, fastest level. Empty when zlib refuses.
std::string gzip(std::string_view body);

}  // namespace nba::fake
