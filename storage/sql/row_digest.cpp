#include "storage/sql/row_digest.hpp"

#include "pipeline/sha256.hpp"
#include "storage/sql/clean_text.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace nba::sql {
namespace {

// Against damage, not against an adversary, who could write the ledger too.
constexpr std::size_t digest_digits = 16;

enum tag : char { tag_null = 'n', tag_number = 'i', tag_real = 'r', tag_text = 't', tag_bytes = 'b' };

void put_all_tables(stored_rows& into, bool derived) {
  for (const auto& table : game_tables())
    if (is_derived_table(table.name) == derived) into.emplace(table.name, digest_sink().finish());
}

}  // namespace

void digest_sink::begin_row() {
  values_.clear();
  rows_.push_back({bytes_.size(), 0});
}

void digest_sink::end_row() {
  if (columns_left_out_ > 0 && values_.size() >= columns_left_out_)
    bytes_.resize(values_[values_.size() - columns_left_out_]);
  rows_.back().to = bytes_.size();
}

void digest_sink::begin_value(char tag) {
  values_.push_back(bytes_.size());
  bytes_ += tag;
}

// Seven bits a byte, the lowest first, the highest bit for "more follows".
void digest_sink::put_bits(std::uint64_t bits) {
  for (; bits >= 0x80; bits >>= 7) bytes_ += static_cast<char>((bits & 0x7F) | 0x80);
  bytes_ += static_cast<char>(bits);
}

void digest_sink::null() { begin_value(tag_null); }

void digest_sink::number(std::int64_t value) {
  begin_value(tag_number);
  put_bits(static_cast<std::uint64_t>(value) << 1 ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void digest_sink::real(double value) {
  if (std::isnan(value)) return null();
  begin_value(tag_real);
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xFF);
}

void digest_sink::text(std::string_view value) {
  begin_value(tag_text);
  const auto clean = clean_text(value, scratch_);
  put_bits(clean.size());
  bytes_ += clean;
}

void digest_sink::read_back(std::string_view type, const cell& value) {
  if (is_null(value)) return null();
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return type == "double precision" ? real(static_cast<double>(*whole)) : number(*whole);
  if (const auto* number_read = std::get_if<double>(&value)) return real(*number_read);
  if (const auto* words = std::get_if<std::string>(&value)) {
    if (type == "timestamptz")
      if (const auto instant = parse_timestamp(*words)) return timestamp(*instant);
    return text(*words);
  }
  begin_value(tag_bytes);
  put_bits(as_bytes(value).size());
  bytes_ += as_bytes(value);
}

table_digest digest_sink::finish() {
  const std::string_view all = bytes_;
  const auto row_of = [all](const extent& where) { return all.substr(where.from, where.to - where.from); };
  std::sort(rows_.begin(), rows_.end(), [&](const extent& a, const extent& b) { return row_of(a) < row_of(b); });
  std::string ordered;
  ordered.reserve(bytes_.size() + rows_.size());
  for (const auto& row : rows_) {
    ordered += row_of(row);
    ordered += '\n';
  }
  table_digest out{static_cast<std::int64_t>(rows_.size()), sha256_hex(ordered).substr(0, digest_digits)};
  bytes_.clear();
  rows_.clear();
  return out;
}

stored_rows digest_core(const game_rows& game) {
  stored_rows out;
  put_all_tables(out, false);
  const game_rows* const one = &game;
  visit_core_tables(std::span(&one, 1), [&](const table_shape& table, std::size_t, auto feed) {
    digest_sink sink;
    feed(sink);
    out[std::string(table.name)] = sink.finish();
  });
  return out;
}

stored_rows digest_derived(const derived_record& record) {
  stored_rows out;
  for (const auto& each : derived_tables)
    if (record.tables.contains(each.table)) out.emplace(each.name, digest_sink().finish());
  visit_derived_tables(std::span(&record, 1), [&](const table_shape& table, std::size_t, auto feed) {
    if (!is_derived_table(table.name)) return;  // derived_versions
    digest_sink sink;
    feed(sink);
    out[std::string(table.name)] = sink.finish();
  });
  return out;
}

std::span<const table_shape> game_tables() {
  static const std::vector<table_shape> tables = [] {
    std::vector<table_shape> made;
    const auto add = [&]<class Row>(std::type_identity<Row>) { made.push_back(shape_of<Row>()); };
    for_each_table(core_table_list{}, add);
    for_each_table(derived_table_list{}, add);
    for (auto& table : made) table.columns.resize(table.columns.size() - origin_columns);
    return made;
  }();
  return tables;
}

bool is_derived_table(std::string_view table) { return parse_derived_table(table).has_value(); }

stored_rows digest_stored(session& db, const game_id& id) {
  const cell_row which{text(id.str())};
  stored_rows out;
  for (const auto& table : game_tables()) {
    const auto found =
        db.query(fmt::format("SELECT {} FROM {} WHERE game_id = $1", column_list(table), table.name), which);
    digest_sink sink(0);
    for (const auto& row : found.rows) {
      sink.begin_row();
      for (std::size_t i = 0; i < row.size(); ++i) sink.read_back(table.columns[i].type, row[i]);
      sink.end_row();
    }
    out.emplace(table.name, sink.finish());
  }
  return out;
}

}  // namespace nba::sql
