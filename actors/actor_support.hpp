// The handlers every actor installs: CAF's defaults print to stderr or quit silently.
//
// An actor leaves on any exit message; an exception ends it with an error that its monitors see; an unexpected error or
// down message is passed on the same way instead of being printed.
#pragma once

#include <caf/actor_cast.hpp>
#include <caf/error.hpp>
#include <caf/message_view.hpp>
#include <caf/result.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include <exception>

namespace nba {

// What an exception became. CAF's error carries the text to whoever monitors the actor.
inline caf::error error_of(const std::exception_ptr& raised) {
  try {
    std::rethrow_exception(raised);
  } catch (const std::exception& e) {
    return caf::make_error(caf::sec::runtime_error, std::string{e.what()});
  } catch (...) {
    return caf::make_error(caf::sec::runtime_error, std::string{"unknown exception"});
  }
}

template <class Self>
void install_handlers(Self* self) {
  self->set_exit_handler([self](caf::exit_msg& message) { self->quit(message.reason); });
  self->set_error_handler([self](caf::error& why) { self->quit(why); });
  self->set_exception_handler([](std::exception_ptr& raised) { return error_of(raised); });
  self->set_default_handler([](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
    return caf::sec::unexpected_message;
  });
}

}  // namespace nba
