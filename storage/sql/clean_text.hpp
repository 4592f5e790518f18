// Text that both databases can hold.
//
// PostgreSQL refuses zero bytes and bytes that are not UTF-8; SQLite takes anything. So that both stores hold the same
// contents, every text passes here first: a zero byte, and every byte that belongs to no valid UTF-8 sequence, becomes
// U+FFFD (the replacement character).
// Threads: pure function.
#pragma once

#include <string>
#include <string_view>

namespace nba::sql {

// Answers `value` itself when it is clean (the usual case: no copy), otherwise a view of `scratch`, which then holds
// the repaired text.
std::string_view clean_text(std::string_view value, std::string& scratch);

}  // namespace nba::sql
