// A file that holds one secret: a password, a token.
//
// Such a file is for its owner alone (0400, 0600), as libpq wants it of a password file. Below $CREDENTIALS_DIRECTORY
// it may be readable by its group too: systemd makes credentials 0440 and lets the service read them by an access
// list, and libpq would pass over such a file.
// Threads: pure but for reading the file.
// Errors: class configuration; the message names the file and what to do, never what is in it.
#pragma once

#include "pipeline/result.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

inline constexpr std::size_t secret_bytes_max = 4096;

// The one line of the file, without its end.
result<std::string> read_secret_file(const std::string& path, const std::optional<std::string>& credentials_directory);

// `url` with the password as a parameter that libpq reads (`?password=...`); a password that the URL has counts for
// nothing then. The result is as secret as any URL with a password: redact it where it is shown.
std::string with_password(std::string_view url, std::string_view password);

}  // namespace nba::cli
