#include "bench/fake_nba/pages.hpp"

#include <fmt/format.h>
#include <zlib.h>

namespace nba::fake {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
      out += fmt::format("&#{};", static_cast<int>(c));
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string access_denied_page(std::string_view path) {
  return fmt::format(
      "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n<P>The synthetic edge does "
      "not "
      "let you have \"{}\".</P>\n<P>Reference #0.00000000.0000000000.00000000</P>\n</BODY></HTML>\n",
      escaped(path));
}

std::string html_page() {
  return "<!DOCTYPE html>\n<html><head><title>One moment, please</title></head>\n"
         "<body><p>This page stands where JSON was due.</p></body></html>\n";
}

std::string error_page(int status, std::string_view text) {
  return fmt::format("<html><head><title>{0} {1}</title></head><body><h1>{0} {1}</h1></body></html>\n", status, text);
}

std::string empty_document(endpoint what, const game_id& id, season of) {
  switch (what) {
    case endpoint::schedule:
    case endpoint::current_schedule:
      return fmt::format(R"({{"meta":{{"version":1}},"leagueSchedule":{{"seasonYear":"{}","leagueId":"00",)"
                         R"("gameDates":[],"weeks":[],"broadcasterList":[]}}}})",
                         to_string(of));
    case endpoint::boxscore:
      return fmt::format(R"({{"meta":{{"version":1,"code":200}},"game":{{"gameId":"{}","gameStatus":1,"period":0,)"
                         R"("officials":[],"homeTeam":{{"players":[]}},"awayTeam":{{"players":[]}}}}}})",
                         id.str());
    case endpoint::playbyplay:
      return fmt::format(R"({{"game":{{"gameId":"{}","actions":[]}}}})", id.str());
  }
  return "{}";
}

std::string gzip(std::string_view body) {
  constexpr int gzip_window_bits = 15 + 16;  // the largest window, with gzip's header
  constexpr int memory_level = 8;            // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool complete = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(complete ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

}  // namespace nba::fake
