#include "pipeline/source/cdn/cdn_source.hpp"

#include "pipeline/source/cdn/parsers.hpp"
#include "pipeline/source/cdn/payload_fields.hpp"
#include "pipeline/transform/acceptance.hpp"

#include <array>
#include <utility>

namespace nba {
namespace {

// In the order in which they are read: what a later one needs an earlier one has filled.
struct cdn_document {
  endpoint what;
  result<void> (*parse)(simdjson::ondemand::parser&, const padded_body&, const game_id&, game_rows&, odd_values&);
  result<void> (*check)(const game_rows&);  // before the next one is read
  void (*list_fields)(std::vector<payload_field>&);
};

result<void> has_its_dates(const game_rows& rows) { return accept_dates(rows.game); }

result<void> has_its_end(const game_rows& rows) {
  if (has_game_end(rows)) return {};
  return failure{failure_class::not_final,
                 "the play-by-play has no event of type game and sub type end: try again when it is complete",
                 "game.actions"};
}

constexpr std::array cdn_documents{
    cdn_document{endpoint::boxscore, parse_boxscore, has_its_dates, list_boxscore_fields},
    cdn_document{endpoint::playbyplay, parse_playbyplay, has_its_end, list_playbyplay_fields},
};

class cdn_parser final : public game_parser {
 public:
  result<void> parse(const game_payloads& payloads, game_rows& rows, odd_values& odd) override {
    for (const auto& document : cdn_documents) {
      const auto& body = payloads.bodies[document.what];
      if (!body)
        return failure{failure_class::internal,
                       "game " + payloads.id.str() + " came to transform without its payloads"};
      if (auto done = document.parse(parser_, *body, payloads.id, rows, odd); !done) return done;
      if (auto good = document.check(rows); !good) return good;
    }
    return {};
  }

 private:
  simdjson::ondemand::parser parser_;
};

class cdn_source final : public game_source {
 public:
  explicit cdn_source(source_urls urls) : urls_(std::move(urls)) {}

  std::vector<wanted_document> documents_of(const game_id& id) const override {
    std::vector<wanted_document> out;
    for (const auto& document : cdn_documents)
      out.push_back({document.what, game_document_url(urls_, document.what, id)});
    return out;
  }
  std::unique_ptr<game_parser> make_parser() const override { return make_cdn_parser(); }
  std::string evidence_of_play(const game_payloads& payloads) const override { return cdn_evidence_of_play(payloads); }

 private:
  source_urls urls_;
};

}  // namespace

std::shared_ptr<const game_source> make_cdn_source(source_urls urls) {
  return std::make_shared<cdn_source>(std::move(urls));
}

std::unique_ptr<game_parser> make_cdn_parser() { return std::make_unique<cdn_parser>(); }

std::vector<payload_field> payload_fields() {
  std::vector<payload_field> fields;
  for (const auto& document : cdn_documents) document.list_fields(fields);
  return fields;
}

}  // namespace nba
