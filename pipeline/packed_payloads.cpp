#include "pipeline/packed_payloads.hpp"

#include <charconv>
#include <new>

#include <zlib.h>

namespace nba {

std::string pack_payloads(const game_payloads& payloads) {
  const auto boxscore = payloads.boxscore ? payloads.boxscore->view() : std::string_view{};
  auto plain = std::to_string(boxscore.size()) + '\n';
  plain += boxscore;
  if (payloads.playbyplay) plain += payloads.playbyplay->view();
  auto length = compressBound(plain.size());
  std::string packed(length, '\0');
  // compressBound is large enough and the level is valid, so this cannot fail but for memory.
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(plain.data()),
                plain.size(), Z_DEFAULT_COMPRESSION) != Z_OK)
    throw std::bad_alloc{};
  packed.resize(length);
  return packed;
}

result<unpacked_payloads> unpack_payloads(std::string_view packed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  char block[64 << 10];
  int state = Z_OK;
  while (state == Z_OK && plain.size() <= packed_bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    state = inflate(&stream, Z_NO_FLUSH);
    plain.append(block, sizeof block - stream.avail_out);
  }
  inflateEnd(&stream);
  std::size_t length = 0;
  const char* const end = plain.data() + plain.size();
  const auto [behind, error] = std::from_chars(plain.data(), end, length);
  const bool whole = state == Z_STREAM_END && plain.size() <= packed_bytes_max;
  if (!whole || error != std::errc{} || behind == end || *behind != '\n' ||
      length > static_cast<std::size_t>(end - behind - 1))
    return failure{failure_class::contract_drift, "the stored payloads cannot be unpacked", "dead_letters.payload"};
  const auto start = static_cast<std::size_t>(behind + 1 - plain.data());
  return unpacked_payloads{plain.substr(start, length), plain.substr(start + length)};
}

}  // namespace nba
