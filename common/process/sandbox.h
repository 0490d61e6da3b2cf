// What a service manager hides from this process: folders of users, private /tmp, read-only trees. Used to say so where
// a plain "Permission denied" would send people looking at modes and owners. Any process, any thread.
#pragma once

#include <string>

namespace fitd {

// Whether /tmp and /var/tmp are the service's own (PrivateTmp=) and vanish with it.
bool HasPrivateTmp();

// Why what the service puts at `path`, wherever links lead, is gone with the service's next end; empty: it is not.
std::string VanishesWithService(const std::string& path);

enum class SandboxUse { kRead, kWrite };

// Which setting of the unit keeps this process from using `path`, and the drop-in that changes it; empty when it is no
// service of systemd or nothing of the kind is in the way.
std::string SandboxHint(const std::string& path, SandboxUse use);

}  // namespace fitd
