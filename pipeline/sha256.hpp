// SHA-256, by OpenSSL. Threads: pure functions; a hasher is used by one thread at a time.
// Errors: throw std::runtime_error (libcrypto has no SHA-256, on a system restricted to other digests).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace nba {

using sha256_digest = std::array<std::uint8_t, 32>;

// Of bytes that come in parts.
class sha256_hasher {
 public:
  sha256_hasher();
  ~sha256_hasher();
  sha256_hasher(const sha256_hasher&) = delete;
  sha256_hasher& operator=(const sha256_hasher&) = delete;

  void update(std::string_view bytes);
  sha256_digest finish();

 private:
  evp_md_ctx_st* context_;
};

sha256_digest sha256(std::string_view bytes);
std::string to_hex(const sha256_digest& digest);  // lower case
std::string sha256_hex(std::string_view bytes);

}  // namespace nba
