// What each child does between fork and exec, whoever starts it. Any process, in a child with one thread; system calls
// only, as a child of vfork or of a process with threads must.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

namespace fitd {

// Has the kernel kill this child when the thread of `parent` (a pid) that started it ends; false, with errno, when that
// is refused. Does not return when the parent has ended already.
inline bool DieWithParent(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (::getppid() != parent) ::_exit(127);
  return true;
}

// Gives every signal its default action and blocks none: exec keeps what the parent ignores and blocks.
inline void ResetSignals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace fitd
