package dev.drover.local.simulator.guest;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A program of a guest, in a session of its own. What it leaves running ends with the guest, which
 * finds it by the mark in its environment.
 */
final class GuestProcess {
  /** In the environment of everything that runs in a guest: the guest's folder. */
  static final String MARK = "DROVER_GUEST";

  /** A process may make another one while they are looked for. */
  private static final int MAX_ROUNDS = 10;

  /** How long what a program printed last is waited for. */
  private static final Duration LAST_OUTPUT = Duration.ofMillis(500);

  private static final int BUFFER_BYTES = 8 * 1024;
  private static final Path PROCESSES = Path.of("/proc");

  private GuestProcess() {}

  /** Takes what a program prints. */
  @FunctionalInterface
  interface Output {
    void write(byte[] bytes, int length) throws IOException;
  }

  /**
   * Runs it to its end; what it prints and its errors are one.
   *
   * @return its exit code; empty when it was ended at the limit
   */
  static Optional<Integer> run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Duration limit,
      Output output)
      throws IOException, InterruptedException {
    return run(
        builder(command, folder, environment).redirectErrorStream(true), limit, output, output);
  }

  /** The same with its errors apart. Who is interrupted ends it. */
  static Optional<Integer> run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Duration limit,
      Output output,
      Output errors)
      throws IOException, InterruptedException {
    return run(builder(command, folder, environment), limit, output, errors);
  }

  private static ProcessBuilder builder(
      List<String> command, Path folder, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of("setsid"), command.stream()).toList());
    builder.directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    return builder;
  }

  private static Optional<Integer> run(
      ProcessBuilder builder, Duration limit, Output output, Output errors)
      throws IOException, InterruptedException {
    Process process = builder.start();
    // A thread that waits for a pipe keeps its carrier, and what a script leaves running holds
    // pipes.
    Thread.Builder reading = Thread.ofPlatform().daemon();
    List<Thread> readers =
        List.of(
            reading.start(() -> copy(process.getInputStream(), output)),
            // Empty where the errors are part of the output.
            reading.start(() -> copy(process.getErrorStream(), errors)));
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      if (!ended) {
        endAll(entry -> isOfSession(entry, process.pid()));
      }
    }
    for (Thread reader : readers) {
      // What it leaves running may hold its output open.
      reader.join(LAST_OUTPUT);
    }
    return ended ? Optional.of(process.exitValue()) : Optional.empty();
  }

  /** Reads to the end, kept or not, so that no program waits for a reader. */
  private static void copy(InputStream in, Output output) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (in) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        output.write(buffer, count);
      }
    } catch (IOException closed) {
      // The program was ended, or the disk is full: what it printed until then is there.
    }
  }

  /** Ends all that runs in the guest of that folder. */
  static void endAll(Path folder) {
    // Variables are told apart by zero bytes.
    String mark = "\0" + MARK + "=" + folder + "\0";
    endAll(entry -> hasMark(entry, mark));
  }

  private static void endAll(Predicate<Path> isMeant) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<ProcessHandle> found = found(isMeant);
      if (found.isEmpty()) {
        return;
      }
      found.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static List<ProcessHandle> found(Predicate<Path> isMeant) {
    try (Stream<Path> entries = Files.list(PROCESSES)) {
      return entries
          .filter(entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(isMeant)
          .flatMap(
              entry -> ProcessHandle.of(Long.parseLong(entry.getFileName().toString())).stream())
          .toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  private static boolean hasMark(Path entry, String mark) {
    try {
      byte[] environ = Files.readAllBytes(entry.resolve("environ"));
      return ("\0" + new String(environ, StandardCharsets.UTF_8)).contains(mark);
    } catch (IOException gone) {
      return false;
    }
  }

  private static boolean isOfSession(Path entry, long session) {
    try {
      String stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
      // State, parent, group and session follow the name, which may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[0].equals("Z") && Long.parseLong(fields[3]) == session;
    } catch (IOException gone) {
      return false;
    }
  }
}
