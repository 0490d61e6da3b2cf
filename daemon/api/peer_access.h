// Identifies the user at the other end of a client's socket and what that user may do: two groups grant access; root
// and the daemon's own user may do everything. Daemon, loop thread. Decide() is pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/status.h"

namespace fitd {

enum class Access { kNone, kRead, kOperate };

struct PeerCredentials {
  pid_t pid = 0;
  uid_t uid = static_cast<uid_t>(-1);
  gid_t gid = static_cast<gid_t>(-1);
  std::vector<gid_t> groups;  // supplementary
};

// Credentials that the kernel recorded at connect(2): SO_PEERCRED and SO_PEERGROUPS.
Result<PeerCredentials> ReadPeerCredentials(int socket_fd);

struct AccessPolicy {
  std::optional<uid_t> own_uid;  // uid of the daemon; nullopt: no such exception
  std::vector<gid_t> readers;    // gids; empty: no such group on this machine
  std::vector<gid_t> operators;  // operators may also read

  Access Decide(const PeerCredentials& peer) const;
};

// Looks the groups up by name; a group that does not exist admits nobody.
AccessPolicy MakeAccessPolicy(const std::string& reader_group, const std::string& operator_group);

}  // namespace fitd
