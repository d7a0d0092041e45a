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

  /** Between two looks at a process that shows no environment; execve takes far less. */
  private static final Duration EXEC_WAIT = Duration.ofMillis(5);

  /** Every live process that carries the marker, but this one. */
  public List<ProcessHandle> find() {
    return find(PROC, ProcessHandle.current().pid());
  }

  List<ProcessHandle> find(Path proc, long ownPid) {
    List<Path> silent = new ArrayList<>();
    List<Path> ours = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        if (pid(entry) != ownPid) {
          String environment = environment(entry);
          if (environment.isEmpty()) {
            silent.add(entry);
          } else if (carriesMarker(environment)) {
            ours.add(entry);
          }
        }
      }
    } catch (IOException e) {
      throw new LocalCloudException(
          "Cannot read " + proc + ", where the cloud's processes are listed: " + Reason.of(e, proc),
          e);
    }
    if (!silent.isEmpty()) {
      Pause.uninterruptibly(EXEC_WAIT);
      silent.stream().filter(entry -> carriesMarker(environment(entry))).forEach(ours::add);
    }
    return ours.stream().flatMap(entry -> ProcessHandle.of(pid(entry)).stream()).toList();
  }

  /**
   * Whether a process of this cloud runs. One that has ended but was not yet waited for (a zombie)
   * has no environment any more, and another that got its id has none of ours: both are gone.
   */
  public boolean runs(long pid) {
    Path entry = PROC.resolve(Long.toString(pid));
    String environment = environment(entry);
    if (environment.isEmpty()) {
      Pause.uninterruptibly(EXEC_WAIT);
      environment = environment(entry);
    }
    return carriesMarker(environment);
  }

  private static long pid(Path entry) {
    return Long.parseLong(entry.getFileName().toString());
  }

  private boolean carriesMarker(String environment) {
    return List.of(environment.split("\0", -1)).contains(MARKER + "=" + cloudId);
  }

  /**
   * A process's variables, each ended by a NUL. Empty if it is gone, another user's, a zombie or
   * the kernel's own, and for a moment of execve, when the new program is laid out: {@code
   * ProcessBuilder.start} returns in that moment.
   */
  private static String environment(Path entry) {
    try {
      return Files.readString(entry.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
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
