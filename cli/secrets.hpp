// What may be shown of a setting or an argument that may hold a password.
//
// Purpose: `redact_secrets` (text.hpp) finds passwords in sentences, by their place in a URL. A URL that a person
// mistyped has no such places, so what cannot be read as a URL is shown as nothing but its scheme. Threads: pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// A database URL without its password: rebuilt from its parts; "postgresql:***" or "***" when it cannot be read.
std::string shown_database(std::string_view url);

// A word of the command line. Whatever could be a URL or a connection string with a password, mistyped or not, is
// reduced to its scheme; anything else is answered as it is.
std::string shown_argument(std::string_view word);
// `text` with every such word that stands in it replaced: libraries quote what they do not understand.
std::string without_arguments(std::string text, const std::vector<std::string>& arguments);

}  // namespace nba::cli
