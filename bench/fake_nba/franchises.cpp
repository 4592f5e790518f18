#include "bench/fake_nba/franchises.hpp"

#include <algorithm>
#include <array>

namespace nba::fake {
namespace {

struct known_team {
  std::int64_t team_id;
  std::string_view tricode, city, name;
  fake::conference conference;
  venue home;
};

constexpr auto east = conference::east;
constexpr auto west = conference::west;
constexpr std::string_view eastern = "America/New_York";
constexpr std::string_view central = "America/Chicago";
constexpr std::string_view mountain = "America/Denver";
constexpr std::string_view pacific = "America/Los_Angeles";

// As of 2024-25. In the order of the team ids.
// clang-format off
constexpr std::array<known_team, real_teams> known_teams{{
    {1610612737, "ATL", "Atlanta", "Hawks", east,
     {650, "State Farm Arena", "Atlanta", "GA", "US", eastern, 17044}},
    {1610612738, "BOS", "Boston", "Celtics", east,
     {17, "TD Garden", "Boston", "MA", "US", eastern, 19156}},
    {1610612739, "CLE", "Cleveland", "Cavaliers", east,
     {1000144, "Rocket Arena", "Cleveland", "OH", "US", eastern, 19432}},
    {1610612740, "NOP", "New Orleans", "Pelicans", west,
     {160, "Smoothie King Center", "New Orleans", "LA", "US", central, 16867}},
    {1610612741, "CHI", "Chicago", "Bulls", east,
     {66, "United Center", "Chicago", "IL", "US", central, 20917}},
    {1610612742, "DAL", "Dallas", "Mavericks", west,
     {193, "American Airlines Center", "Dallas", "TX", "US", central, 19200}},
    {1610612743, "DEN", "Denver", "Nuggets", west,
     {1000046, "Ball Arena", "Denver", "CO", "US", mountain, 19520}},
    {1610612744, "GSW", "Golden State", "Warriors", west,
     {1000011, "Chase Center", "San Francisco", "CA", "US", pacific, 18064}},
    {1610612745, "HOU", "Houston", "Rockets", west,
     {215, "Toyota Center", "Houston", "TX", "US", central, 18055}},
    {1610612746, "LAC", "LA", "Clippers", west,
     {1000137, "Intuit Dome", "Inglewood", "CA", "US", pacific, 17927}},
    {1610612747, "LAL", "Los Angeles", "Lakers", west,
     {1000069, "Crypto.com Arena", "Los Angeles", "CA", "US", pacific, 18997}},
    {1610612748, "MIA", "Miami", "Heat", east,
     {1000100, "Kaseya Center", "Miami", "FL", "US", eastern, 19700}},
    {1610612749, "MIL", "Milwaukee", "Bucks", east,
     {642, "Fiserv Forum", "Milwaukee", "WI", "US", central, 17341}},
    {1610612750, "MIN", "Minnesota", "Timberwolves", west,
     {61, "Target Center", "Minneapolis", "MN", "US", central, 18978}},
    {1610612751, "BKN", "Brooklyn", "Nets", east,
     {461, "Barclays Center", "Brooklyn", "NY", "US", eastern, 17732}},
    {1610612752, "NYK", "New York", "Knicks", east,
     {30, "Madison Square Garden", "New York", "NY", "US", eastern, 19812}},
    {1610612753, "ORL", "Orlando", "Magic", east,
     {1000125, "Kia Center", "Orlando", "FL", "US", eastern, 18846}},
    {1610612754, "IND", "Indiana", "Pacers", east,
     {1000063, "Gainbridge Fieldhouse", "Indianapolis", "IN", "US", "America/Indiana/Indianapolis", 17274}},
    {1610612755, "PHI", "Philadelphia", "76ers", east,
     {419, "Wells Fargo Center", "Philadelphia", "PA", "US", eastern, 20478}},
    {1610612756, "PHX", "Phoenix", "Suns", west,
     {1000145, "PHX Arena", "Phoenix", "AZ", "US", "America/Phoenix", 17071}},
    {1610612757, "POR", "Portland", "Trail Blazers", west,
     {51, "Moda Center", "Portland", "OR", "US", pacific, 19393}},
    {1610612758, "SAC", "Sacramento", "Kings", west,
     {609, "Golden 1 Center", "Sacramento", "CA", "US", pacific, 17608}},
    {1610612759, "SAS", "San Antonio", "Spurs", west,
     {1000118, "Frost Bank Center", "San Antonio", "TX", "US", central, 18354}},
    {1610612760, "OKC", "Oklahoma City", "Thunder", west,
     {1000052, "Paycom Center", "Oklahoma City", "OK", "US", central, 18203}},
    {1610612761, "TOR", "Toronto", "Raptors", east,
     {643, "Scotiabank Arena", "Toronto", "ON", "CA", "America/Toronto", 19800}},
    {1610612762, "UTA", "Utah", "Jazz", west,
     {1000106, "Delta Center", "Salt Lake City", "UT", "US", mountain, 18175}},
    {1610612763, "MEM", "Memphis", "Grizzlies", west,
     {242, "FedExForum", "Memphis", "TN", "US", central, 17794}},
    {1610612764, "WAS", "Washington", "Wizards", east,
     {78, "Capital One Arena", "Washington", "DC", "US", eastern, 20356}},
    {1610612765, "DET", "Detroit", "Pistons", east,
     {624, "Little Caesars Arena", "Detroit", "MI", "US", eastern, 20332}},
    {1610612766, "CHA", "Charlotte", "Hornets", east,
     {9, "Spectrum Center", "Charlotte", "NC", "US", eastern, 19077}},
}};
// clang-format on

constexpr venue las_vegas{606, "T-Mobile Arena", "Las Vegas", "NV", "US", pacific, 18000};
constexpr venue mexico_city{1000121, "Arena CDMX", "Mexico City", "MX", "MX", "America/Mexico_City", 20328};

// Nicknames of invented teams; none belongs to a team of the real league.
constexpr std::array<std::string_view, 20> nicknames{
    "Anchors", "Beacons",  "Comets",  "Drifters", "Engines", "Foxes",  "Glaciers", "Harbors", "Ironworks", "Jesters",
    "Keepers", "Lanterns", "Meteors", "Nomads",   "Ospreys", "Pilots", "Quarries", "Rivers",  "Sawyers",   "Tides"};

// Ids of invented teams start above every real one.
constexpr std::int64_t invented_team_id_first = 1610699001;

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c == ' ' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return out;
}

std::string slug_of(std::string_view name) {
  auto slug = lower(name);
  std::erase(slug, '-');
  return slug;
}

franchise invented(std::size_t number) {  // 0 is the first team past the real ones
  const auto& city = known_teams[number % real_teams];
  franchise team;
  team.team_id = invented_team_id_first + static_cast<std::int64_t>(number);
  team.tricode = {'X', static_cast<char>('A' + number / 26), static_cast<char>('A' + number % 26)};
  team.city = city.city;
  team.name = nicknames[(number / real_teams) % nicknames.size()];
  team.slug = slug_of(team.name);
  team.conference = city.conference;
  team.home = &city.home;
  return team;
}

}  // namespace

std::vector<franchise> make_franchises(std::size_t count) {
  static_assert(teams_max - real_teams <= 26 * 26, "tricodes of invented teams must stay unique");
  std::vector<franchise> teams;
  teams.reserve(count);
  for (std::size_t i = 0; i < std::min(count, teams_max); ++i) {
    if (i >= real_teams) {
      teams.push_back(invented(i - real_teams));
      continue;
    }
    const auto& known = known_teams[i];
    teams.push_back({known.team_id, std::string{known.tricode}, std::string{known.city}, std::string{known.name},
                     slug_of(known.name), known.conference, &known.home});
  }
  return teams;
}

const venue& cup_venue() { return las_vegas; }
const venue& mexico_city_venue() { return mexico_city; }

}  // namespace nba::fake
