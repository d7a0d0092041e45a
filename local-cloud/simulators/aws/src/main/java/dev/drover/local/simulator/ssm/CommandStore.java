package dev.drover.local.simulator.ssm;

import dev.drover.local.simulator.ec2.Forwarder;
import dev.drover.local.simulator.guest.Agent;
import dev.drover.local.simulator.guest.Guests;
import dev.drover.local.simulator.snapshot.Account;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account's commands, and the threads that carry them out. They are forgotten when the
 * simulator ends.
 */
public final class CommandStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandStore.class);
  private static final long POLL_MILLIS = 20;

  private final Guests guests;
  private final Account account;
  private final @Nullable Forwarder forwarder;
  private final InstantSource clock;
  private final Duration delay;
  private final Map<String, RunCommand> commands = new ConcurrentHashMap<>();
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();

  /**
   * A store without commands.
   *
   * @param delay after which a command is seen and begun: AWS does not say how soon that is
   */
  public CommandStore(
      Guests guests,
      Account account,
      @Nullable Forwarder forwarder,
      InstantSource clock,
      Duration delay) {
    this.guests = guests;
    this.account = account;
    this.forwarder = forwarder;
    this.clock = clock;
    this.delay = delay;
  }

  Instant now() {
    return clock.instant();
  }

  Optional<Agent> agent(String instanceId) throws IOException {
    return guests.agent(instanceId);
  }

  void send(RunCommand.Wish wish) {
    RunCommand command = new RunCommand(wish);
    commands.put(wish.id(), command);
    Thread thread =
        Thread.ofVirtual().name("command-" + wish.id()).unstarted(() -> carryOut(command));
    threads.put(wish.id(), thread);
    thread.start();
  }

  /** Whether it is sent and anybody sees it. */
  Optional<RunCommand> find(String id) {
    return Optional.ofNullable(commands.get(id)).filter(this::isSeen);
  }

  /** Those that are seen, newest first. */
  List<RunCommand> list() {
    return commands.values().stream()
        .filter(this::isSeen)
        .sorted(
            Comparator.comparing((RunCommand command) -> command.wish.requestedAt())
                .reversed()
                .thenComparing(command -> command.wish.id()))
        .toList();
  }

  void cancel(RunCommand command) {
    if (command.cancel(now())) {
      interrupt(command.wish.id());
    }
  }

  private boolean isSeen(RunCommand command) {
    return !now().isBefore(command.wish.requestedAt().plus(delay));
  }

  private void carryOut(RunCommand command) {
    try {
      while (!isSeen(command)) {
        Thread.sleep(POLL_MILLIS);
      }
      Optional<Agent> agent = guests.agent(command.wish.instanceId());
      if (agent.isPresent() && forwarder != null && command.begin(now())) {
        new RemoteScript(forwarder, account).run(command, agent.get());
      }
    } catch (InterruptedException | InterruptedIOException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException failed) {
      // Its instance ended, or the neighbour is gone: nobody tells how it ended.
      LOG.warn("command {} was cut off", command.wish.id(), failed);
    } finally {
      threads.remove(command.wish.id());
    }
  }

  private void interrupt(String id) {
    Thread thread = threads.get(id);
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Ends all and forgets them. */
  public void reset() {
    close();
    commands.clear();
  }

  @Override
  public void close() {
    threads.keySet().forEach(this::interrupt);
  }
}
