// A secret that lies in a file of its own, because a configuration file is read by more people than a secret is.
//
// The file is its owner's alone (0600, 0400). Under $CREDENTIALS_DIRECTORY, where systemd puts credentials for a
// service with access lists of its own, 0440 is accepted as well: that is how systemd makes them. Threads: pure but for
// the file. Errors: class configuration; the message names the setting, the file and the fix, never what is in it.
#pragma once

#include "pipeline/result.hpp"

#include <string>
#include <string_view>

namespace nba::cli {

inline constexpr std::size_t secret_bytes_max = 4'096;

// The first line, without blanks around it. `setting`: "http.token_file". `credentials`: $CREDENTIALS_DIRECTORY, empty
// when it is not set.
result<std::string> read_secret_file(const std::string& path, std::string_view setting, const std::string& credentials);

}  // namespace nba::cli
