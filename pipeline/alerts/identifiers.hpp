// Identifiers and signatures that services ask for: UUIDs by name, base64, HMAC-SHA256. By OpenSSL.
//
// Source: RFC 4122, 4.3 (version 5); RFC 4648; RFC 2104. Threads: pure functions.
// Errors: throw std::runtime_error where libcrypto has no such digest (a system restricted to others).
#pragma once

#include "pipeline/sha256.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nba {

// "6ba7b811-9dad-11d1-80b4-00c04fd430c8" form, the same for the same name.
std::string uuid_of(std::string_view name);
// Of a run, for services that tell one run from another: its id is no UUID.
std::string uuid_of_run(std::string_view run_id);
std::string without_dashes(std::string_view uuid);

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // nullopt for what is none

sha256_digest hmac_sha256(std::string_view key, std::string_view message);

}  // namespace nba
