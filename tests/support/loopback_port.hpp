// Ports of this machine for servers that a test starts.
//
// Threads: any. Errors: std::runtime_error when no port is free.
#pragma once

namespace nba::test {

// A port that nothing listened on a moment ago. Another process may take it before the server does: whoever starts one
// tries again.
int free_loopback_port();
// Whether something accepts connections there.
bool listens_on_loopback(int port);

}  // namespace nba::test
