#include "cli/page/page_query.hpp"

namespace nba::cli {

page_query parse_page_query(std::string_view text) {
  page_query query;
  if (text.starts_with('?')) text.remove_prefix(1);
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = word.substr(0, equals), value = word.substr(equals + 1);
    if (name == "season") query.season = parse_season(value);
    if (name == "day") query.day = parse_date(value);
    if (name == "part") query.day_only = value == "day";
  }
  return query;
}

std::string to_string(const page_query& query) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += text.empty() ? '?' : '&';
    text.append(name).append("=").append(value);
  };
  if (query.season) add("season", to_string(*query.season));
  if (query.day) add("day", format_date(*query.day));
  if (query.day_only) add("part", "day");
  return text;
}

}  // namespace nba::cli
