#include "pipeline/packed_payloads.hpp"

#include <charconv>
#include <new>
#include <vector>

#include <zlib.h>

namespace nba {
namespace {

// Reads "12 345\n"; empty when that is not what stands there. Takes it from `plain`.
std::vector<std::size_t> take_lengths(std::string_view& plain) {
  std::vector<std::size_t> lengths;
  const char* at = plain.data();
  const char* const end = at + plain.size();
  while (lengths.size() < documents_per_game_max) {
    std::size_t length = 0;
    const auto [next, error] = std::from_chars(at, end, length);
    if (error != std::errc{} || next == end || (*next != ' ' && *next != '\n')) return {};
    lengths.push_back(length);
    at = next + 1;
    if (*next == ' ') continue;
    plain.remove_prefix(static_cast<std::size_t>(at - plain.data()));
    return lengths;
  }
  return {};
}

// False: they are not as long as they should be.
bool cut(std::string_view bodies, const std::vector<std::size_t>& lengths, by_endpoint<std::string>& into) {
  if (lengths.empty() || lengths.size() >= game_endpoints.size()) return false;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > bodies.size()) return false;
    into[game_endpoints[i]] = bodies.substr(0, lengths[i]);
    bodies.remove_prefix(lengths[i]);
  }
  into[game_endpoints[lengths.size()]] = bodies;
  return true;
}

}  // namespace

std::string pack_payloads(const game_payloads& payloads) {
  std::string lengths, bodies;
  for (const auto what : game_endpoints) {
    const auto body = payloads.bodies[what] ? payloads.bodies[what]->view() : std::string_view{};
    bodies += body;
    if (what == game_endpoints.back()) break;
    if (!lengths.empty()) lengths += ' ';
    lengths += std::to_string(body.size());
  }
  const auto plain = lengths + '\n' + bodies;
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
  const bool whole = state == Z_STREAM_END && plain.size() <= packed_bytes_max;
  std::string_view rest = plain;
  unpacked_payloads out;
  if (const auto lengths = take_lengths(rest); !whole || !cut(rest, lengths, out.bodies))
    return failure{failure_class::contract_drift, "the stored payloads cannot be unpacked", "dead_letters.payload"};
  return out;
}

}  // namespace nba
