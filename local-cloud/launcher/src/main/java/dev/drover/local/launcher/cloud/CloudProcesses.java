package dev.drover.local.launcher.cloud;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The processes of one cloud, found by a variable that each inherited.
 *
 * <p>MiniStack starts a JVM per busy function, CDK a Node and a Java; none of them is our child for
 * long. The environment is what they all have in common, so nothing else is ever ended. Linux only:
 * it reads {@code /proc/<pid>/environ}.
 *
 * @param cloudId a random word, unique to the cloud
 */
public record CloudProcesses(String cloudId) {
  /** The variable; its value is the cloud's id. */
  static final String MARKER = "DROVER_CLOUD";

  private static final Path PROC = Path.of("/proc");

  /** How long a process has to end by itself; a connector finishes its block meanwhile. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** How long SIGKILL may take; a process that writes to a slow disk dies when the write ends. */
  private static final Duration KILL_WAIT = Duration.ofSeconds(20);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(25);

  /** Every live process that carries the marker, but this one. */
  public List<ProcessHandle> find() {
    return find(PROC, ProcessHandle.current().pid());
  }

  List<ProcessHandle> find(Path proc, long ownPid) {
    List<ProcessHandle> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != ownPid && carriesMarker(entry)) {
          ProcessHandle.of(pid).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read " + proc + ", where the cloud's processes are listed: " + Reason.of(e, proc),
          e);
    }
    return found;
  }

  /**
   * Whether a process of this cloud runs. One that has ended but was not yet waited for (a zombie)
   * has no environment any more, and another that got its id has none of ours: both are gone.
   */
  public boolean runs(long pid) {
    return carriesMarker(PROC.resolve(Long.toString(pid)));
  }

  private boolean carriesMarker(Path entry) {
    String wanted = MARKER + "=" + cloudId;
    try {
      String environment = Files.readString(entry.resolve("environ"), StandardCharsets.ISO_8859_1);
      for (String variable : environment.split("\0", -1)) {
        if (variable.equals(wanted)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Gone since it was listed, or another user's: not ours either way.
      return false;
    }
  }

  /** Ends them all: asks, then insists, until none is found. */
  public void stop() {
    stop(handle -> true);
  }

  void stop(Predicate<ProcessHandle> which) {
    signalUntilGone(which, ProcessHandle::destroy, GRACE);
    signalUntilGone(which, ProcessHandle::destroyForcibly, KILL_WAIT);
    List<ProcessHandle> left = find().stream().filter(which).toList();
    if (!left.isEmpty()) {
      throw new LocalCloudException(
          "These processes do not end: "
              + left.stream().map(ProcessHandle::pid).toList()
              + "; look at them with 'ps -fp' and end them by hand.");
    }
  }

  private void signalUntilGone(
      Predicate<ProcessHandle> which, Consumer<ProcessHandle> signal, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    List<Long> signalled = new ArrayList<>();
    while (System.nanoTime() < deadline) {
      List<ProcessHandle> left = find().stream().filter(which).toList();
      if (left.isEmpty()) {
        return;
      }
      for (ProcessHandle handle : left) {
        // Once each: a second SIGTERM makes some programs skip their orderly end.
        if (!signalled.contains(handle.pid())) {
          signalled.add(handle.pid());
          signal.accept(handle);
        }
      }
      Pause.uninterruptibly(POLL_INTERVAL);
    }
  }
}
