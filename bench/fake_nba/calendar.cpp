#include "bench/fake_nba/calendar.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>

namespace nba::fake {
namespace {

using date::days;

et_date local_day(int year, unsigned month, unsigned day) {
  return date::local_days{date::year{year} / date::month{month} / date::day{day}};
}

// The first such weekday on or after a date.
et_date on_or_after(et_date from, date::weekday wanted) { return from + (wanted - date::weekday{from}); }

}  // namespace

season_calendar calendar_of(season value) {
  const int year = value.start_year;
  season_calendar out;
  out.opening = on_or_after(local_day(year, 10, 19), date::Tuesday);
  out.preseason_first = out.opening - days{18};
  out.preseason_last = out.opening - days{4};
  out.cup_final = on_or_after(local_day(year, 12, 14), date::Tuesday);
  out.regular_last = on_or_after(local_day(year + 1, 4, 8), date::Sunday);
  out.all_star_first = on_or_after(local_day(year + 1, 2, 13), date::Friday);
  out.all_star_last = out.all_star_first + days{5};
  out.play_in_first = out.regular_last + days{2};
  out.playoffs_first = out.regular_last + days{6};
  return out;
}

std::vector<et_date> playing_days(const season_calendar& calendar, et_date first, et_date last) {
  const auto year = date::year_month_day{calendar.opening}.year();
  const et_date thanksgiving{date::local_days{year / date::November / date::Thursday[4]}};
  const et_date christmas_eve{date::local_days{year / date::December / 24}};
  std::vector<et_date> out;
  for (auto day = first; day <= last; day += days{1}) {
    if (day == thanksgiving || day == christmas_eve || day == calendar.cup_final) continue;
    if (day >= calendar.all_star_first && day <= calendar.all_star_last) continue;
    out.push_back(day);
  }
  return out;
}

et_date playoff_round_first(const season_calendar& calendar, int round) {
  constexpr std::array<int, 4> offsets{0, 16, 31, 47};
  return calendar.playoffs_first + days{offsets[static_cast<std::size_t>(round - 1)]};
}

const int* series_day_offsets(int round) {
  static constexpr std::array<int, 7> every_other{0, 2, 4, 6, 8, 10, 12};
  static constexpr std::array<int, 7> finals{0, 3, 6, 8, 11, 14, 17};
  return round == 4 ? finals.data() : every_other.data();
}

int draw_tipoff_minutes(random_stream& random, const venue& where, et_date day) {
  const auto zone = where.timezone;
  int evening = 19 * 60;  // ET
  if (zone == "America/Chicago" || zone == "America/Mexico_City") evening = 20 * 60;
  if (zone == "America/Denver" || zone == "America/Phoenix") evening = 21 * 60;
  if (zone == "America/Los_Angeles") evening = 22 * 60;
  const date::weekday weekday{day};
  const bool weekend = weekday == date::Saturday || weekday == date::Sunday;
  if (weekend && random.chance(0.3)) return evening - (random.chance(0.5) ? 210 : 360);
  return evening + (random.chance(0.4) ? 30 : 0);
}

utc_time instant_of_et(et_date day, int minutes_after_midnight) {
  static const auto* new_york = date::locate_zone("America/New_York");
  const auto local = day + std::chrono::minutes{minutes_after_midnight};
  return std::chrono::time_point_cast<std::chrono::milliseconds>(new_york->to_sys(local, date::choose::earliest));
}

wall_clock wall_clock_at(utc_time instant, std::string_view zone) {
  const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(instant);
  const auto info = date::locate_zone(zone)->get_info(seconds);
  return {date::local_time<std::chrono::seconds>{seconds.time_since_epoch() + info.offset},
          std::chrono::duration_cast<std::chrono::minutes>(info.offset)};
}

std::string format_local(date::local_time<std::chrono::seconds> time) {
  const auto day = date::floor<days>(time);
  const date::year_month_day calendar_day{day};
  const date::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(calendar_day.year()),
                     static_cast<unsigned>(calendar_day.month()), static_cast<unsigned>(calendar_day.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string format_with_offset(const wall_clock& value) {
  const auto minutes = value.offset.count();
  const auto size = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{}{:02}:{:02}", format_local(value.time), minutes < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace nba::fake
