#include "cli/commands/register.hpp"

#include <array>

namespace nba::cli {

std::span<const registrar> registrars() {
  static constexpr std::array table{
      &add_schedule_commands, &add_derive_command, &add_status_command,     &add_health_command,   &add_gaps_command,
      &add_validate_command,  &add_export_command, &add_watermark_commands, &add_dlq_commands,     &add_db_commands,
      &add_alerts_commands,   &add_serve_command,  &add_doctor_command,     &add_simulate_command,
  };
  return table;
}

}  // namespace nba::cli
