#include "daemon/api/peer_access.h"

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fitd {
namespace {

std::vector<gid_t> LookUpGroup(const std::string& name) {
  std::vector<char> buffer(4096);
  struct group entry {};
  struct group* found = nullptr;
  while (getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
         buffer.size() < (1U << 22)) {
    buffer.resize(buffer.size() * 2);
  }
  if (found == nullptr) return {};
  return {found->gr_gid};
}

bool IsMember(const PeerCredentials& peer, const std::vector<gid_t>& groups) {
  return std::any_of(groups.begin(), groups.end(), [&](gid_t gid) {
    return peer.gid == gid || std::find(peer.groups.begin(), peer.groups.end(), gid) != peer.groups.end();
  });
}

}  // namespace

Result<PeerCredentials> ReadPeerCredentials(int socket_fd) {
  struct ucred cred {};
  socklen_t length = sizeof cred;
  if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERCRED, &cred, &length) != 0) {
    return StatusFromErrno(errno, "credentials of a client");
  }
  PeerCredentials peer{cred.pid, cred.uid, cred.gid, {}};
  peer.groups.resize(64);
  for (;;) {
    length = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
    if (getsockopt(socket_fd, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &length) == 0) break;
    // The kernel says how much room it needs; NGROUPS_MAX is 65536.
    if (errno != ERANGE || length > 65536 * sizeof(gid_t)) return StatusFromErrno(errno, "groups of a client");
    peer.groups.resize(length / sizeof(gid_t));
  }
  peer.groups.resize(length / sizeof(gid_t));
  return peer;
}

Access AccessPolicy::Decide(const PeerCredentials& peer) const {
  if (peer.uid == 0 || peer.uid == own_uid || IsMember(peer, operators)) return Access::kOperate;
  if (IsMember(peer, readers)) return Access::kRead;
  return Access::kNone;
}

AccessPolicy MakeAccessPolicy(const std::string& reader_group, const std::string& operator_group) {
  return {geteuid(), LookUpGroup(reader_group), LookUpGroup(operator_group)};
}

}  // namespace fitd
