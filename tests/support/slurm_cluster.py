"""A Slurm cluster of two nodes on this host (slurmctld and two slurmd in a folder and on ports of their own), or, where
Slurm is not installed, a stand-in for sbatch that runs what it is given at once. Both have .env, .real, .lose(), .stop().

Debian's slurmd takes `-N name`, so that one host can be several nodes. Authentication auth/none needs no munge."""
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

from fitd_support import TOKEN, wait_until

CONF = """ClusterName=fit
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={ports[0]}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool/%n
SlurmctldPidFile={dir}/slurmctld.pid
SlurmdPidFile={dir}/slurmd-%n.pid
SlurmctldLogFile={dir}/log/slurmctld.log
SlurmdLogFile={dir}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
SlurmctldTimeout=30
SlurmdTimeout=30
MessageTimeout=60
KillWait=2
JobRequeue=1
MaxArraySize={max_array}
SlurmdParameters=config_overrides
NodeName=n0 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=1000 State=UNKNOWN
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=n0,n1 Default=YES MaxTime=INFINITE State=UP
"""

SBATCH = """#!/usr/bin/env python3
import os, pathlib, subprocess, sys
here = pathlib.Path(__file__).parent
if "--partition=none" in sys.argv:
    sys.exit("sbatch: error: invalid partition specified: none")
number = int((here / "next").read_text()) if (here / "next").exists() else 1
(here / "next").write_text(str(number + 1))
tasks, extra = [None], {}
for arg in sys.argv[1:-1]:
    if arg.startswith("--array="):
        tasks = []
        for part in arg[8:].split(","):
            low, _, high = part.partition("-")
            tasks += range(int(low), int(high or low) + 1)
    if arg.startswith("--export=ALL,"):
        extra = dict(pair.split("=") for pair in arg[13:].split(","))
(here / "calls").open("a").write(" ".join(sys.argv[1:]) + "\\n")
for task in tasks:
    env = dict(os.environ, SLURM_JOB_ID=str(number), SLURMD_NODENAME="n0", **extra)
    if task is not None:
        env.update(SLURM_ARRAY_JOB_ID=str(number), SLURM_ARRAY_TASK_ID=str(task))
    if (here / "lose").exists() and (here / "lose").read_text() == str(task):
        continue  # a node that went down
    subprocess.run(["bash", sys.argv[-1]], env=env, stdout=subprocess.DEVNULL, stderr=(here / "log").open("a"))
print(number)
"""


def why_not_real():
    """What keeps a real cluster from being started; empty when nothing does."""
    missing = [tool for tool in ("slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo")
               if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]
    if missing:
        return f"{', '.join(missing)} not installed (packages slurmctld, slurmd, slurm-client)"
    if os.geteuid() != 0:
        return "slurmd wants root"
    return ""


def start_cluster(max_array=9):
    """A real cluster, or the stand-in; says which on stderr."""
    why = why_not_real()
    if not why:
        try:
            cluster = Cluster(max_array)
            print(f"real Slurm: {cluster.version()}, two nodes in {cluster.dir}", file=sys.stderr)
            return cluster
        except AssertionError as error:
            # An installed Slurm that does not start here (a container without /proc, no free ports) is told, not hidden.
            why = str(error)
    print(f"NO REAL SLURM ({why}): a stand-in for sbatch runs the tasks", file=sys.stderr)
    return StandIn(max_array)


class StandIn:
    real = False

    def __init__(self, max_array):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="fitd-no-slurm-"))
        for name, text in (("sbatch", SBATCH), ("squeue", "#!/bin/sh\n"), ("scancel", "#!/bin/sh\n"),
                           ("scontrol", f'#!/bin/sh\n[ "$1" = show ] && echo "MaxArraySize = {max_array}"\n')):
            (self.dir / name).write_text(text)
            (self.dir / name).chmod(stat.S_IRWXU)
        self.env = dict(os.environ, PATH=f"{self.dir}:{os.environ['PATH']}")

    def lose(self, task):
        """Tasks of this number vanish; None: no longer."""
        if task is None:
            (self.dir / "lose").unlink()
        else:
            (self.dir / "lose").write_text(str(task))

    def stop(self):
        shutil.rmtree(self.dir, ignore_errors=True)


class Cluster:
    real = True

    def __init__(self, max_array):
        # Not in the checkout: Slurm takes no spaces in its paths.
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="fitd-slurm-", dir="/tmp"))
        for name in ("state", "spool/n0", "spool/n1", "log"):
            (self.dir / name).mkdir(parents=True)
        sockets = [socket.socket() for _ in range(3)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        self.conf = CONF.format(dir=self.dir, host=socket.gethostname().split(".")[0], max_array=max_array,
                                ports=[one.getsockname()[1] for one in sockets])
        for one in sockets:
            one.close()
        (self.dir / "slurm.conf").write_text(self.conf)
        self.env = dict(os.environ, SLURM_CONF=str(self.dir / "slurm.conf"), PATH=os.environ["PATH"] + ":/usr/sbin")
        self.controller = None
        self.nodes = {}
        self.hurried = {}  # when a task may be hurried again
        try:
            self.controller = self._start("slurmctld", "-D", "-c")
            for node in ("n0", "n1"):
                self.start_node(node)
            wait_until(lambda: self.call("sinfo", "-h", "-t", "idle", "-o", "%D").strip() == "2" or self._died(), 60,
                       "two idle nodes: " + self.logs())
            if self._died():
                raise AssertionError("a daemon of Slurm ended at once: " + self.logs())
        except BaseException:
            self.stop()
            raise

    def _start(self, *args):
        with open(self.dir / "log" / f"{args[0]}.out", "a") as out:
            return subprocess.Popen(args, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def _died(self):
        return any(p.poll() is not None for p in [self.controller, *self.nodes.values()])

    def start_node(self, node):
        self.nodes[node] = self._start("slurmd", "-D", "-N", node)

    def call(self, *args):
        done = subprocess.run(args, env=self.env, capture_output=True, text=True, timeout=120)
        return done.stdout

    def version(self):
        return self.call("sbatch", "--version").strip()

    def logs(self):
        return "".join(f"\n{p.name}: {p.read_text(errors='replace')[-1500:]}" for p in sorted((self.dir / "log").iterdir()))

    def processes_of(self, node):
        """Batch scripts, their fitd and workers, and the slurmstepd above them, on a node."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                exe = os.path.basename(os.readlink(entry / "exe"))
            except (OSError, IndexError, ValueError):
                continue
            if TOKEN.encode() in environment and f"SLURMD_NODENAME={node}".encode() in environment:
                found[int(entry.name)] = exe
                try:
                    if os.path.basename(os.readlink(f"/proc/{parent}/exe")).startswith("slurmstepd"):
                        found[parent] = "slurmstepd"
                except OSError:
                    pass
        return found

    def kill_node(self, node):
        """SIGKILL to everything on it, at once, as when its power goes; Slurm is told, as it would find out by itself
        after SlurmdTimeout. Returns the names of what was killed."""
        self.nodes[node].send_signal(signal.SIGKILL)
        self.nodes[node].wait()
        killed = {"slurmd"}
        # Those first that would still report how a task of theirs ended, which is no loss of a node.
        for pid, exe in sorted(self.processes_of(node).items(), key=lambda process: process[1] != "slurmstepd"):
            try:
                os.kill(pid, signal.SIGKILL)
                killed.add(exe)
            except ProcessLookupError:
                pass
        self.call("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=killed")
        self.start_node(node)
        return killed

    def hurry(self):
        """Requeued tasks wait two minutes by default, here three seconds: within the second of its requeue slurmd takes a
        task's new credential for the revoked one and fails it. True when the queue is empty."""
        for line in self.call("squeue", "--noheader", "--array", "--states=PENDING", "--format=%i %r").splitlines():
            task, _, reason = line.partition(" ")
            if reason.strip() == "BeginTime" and time.monotonic() > self.hurried.get(task, 0):
                self.hurried[task] = time.monotonic() + 10
                self.call("scontrol", "update", f"JobId={task}", "StartTime=now+3")
        return self.idle()

    def idle(self):
        """Whether the queue is empty; a controller that does not answer says nothing about it."""
        done = subprocess.run(["squeue", "--noheader", "--format=%i"], env=self.env, capture_output=True, text=True)
        return done.returncode == 0 and not done.stdout.strip()

    def stop(self):
        if self.controller is not None and self.controller.poll() is None:
            self.call("scancel", "--user=root")
            deadline = time.monotonic() + 15
            while time.monotonic() < deadline and (self.processes_of("n0") or self.processes_of("n1")):
                time.sleep(0.1)
        for process in [*self.nodes.values(), self.controller]:
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for node in self.nodes:
            for pid in self.processes_of(node):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        for _ in range(20):  # the last steps may still write into it
            shutil.rmtree(self.dir, ignore_errors=True)
            if not self.dir.exists():
                break
            time.sleep(0.1)
