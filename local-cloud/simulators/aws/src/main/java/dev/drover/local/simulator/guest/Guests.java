package dev.drover.local.simulator.guest;

import dev.drover.local.simulator.instance.InstanceRecord;
import dev.drover.local.simulator.instance.InstanceRecord.State;
import dev.drover.local.simulator.instance.InstanceStore;
import dev.drover.local.simulator.snapshot.Account;
import dev.drover.local.simulator.snapshot.DirectoryTree;
import dev.drover.local.simulator.snapshot.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the user data of instances, as processes of the user that runs the simulator: only once
 * somebody has allowed it, see {@link #allow}. They end with their instance and with the simulator.
 * One that is started again runs no user data a second time, as EC2 runs it at the first boot only,
 * and what was cut off stays so.
 */
public final class Guests implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
  private static final Pattern VARIABLE = Pattern.compile("AWS_ENDPOINT_URL(_[A-Z0-9_]+)?");
  private static final long POLL_MILLIS = 20;

  private final Path directory;
  private final Path allowed;
  private final Account account;
  private final InstanceStore instances;
  private final RoleKeys roles;
  private final InstantSource clock;
  private final JsonFile<Variables> format = new JsonFile<>(Variables.class);
  private final Map<String, Booted> guests = new ConcurrentHashMap<>();
  private final Map<String, Agent> agents = new ConcurrentHashMap<>();

  private Guests(
      Path directory,
      Account account,
      InstanceStore instances,
      RoleKeys roles,
      InstantSource clock) {
    this.directory = directory;
    this.allowed = directory.resolve("allowed.json");
    this.account = account;
    this.instances = instances;
    this.roles = roles;
    this.clock = clock;
  }

  /** What guests are told in their environment: where the services are. */
  public record Variables(Map<String, String> variables) {
    public Variables {
      variables = new TreeMap<>(variables);
    }
  }

  private record Booted(Thread thread, Console console) {}

  /** Ends what an earlier simulator left running, and says so on the consoles. */
  public static Guests open(
      Path directory, Account account, InstanceStore instances, RoleKeys roles, InstantSource clock)
      throws IOException {
    Guests guests =
        new Guests(directory.toAbsolutePath().normalize(), account, instances, roles, clock);
    Files.createDirectories(guests.directory);
    Files.setPosixFilePermissions(guests.directory, PosixFilePermissions.fromString("rwx------"));
    for (InstanceRecord instance : instances.list()) {
      guests.endLeftOver(instance);
    }
    return guests;
  }

  private void endLeftOver(InstanceRecord instance) throws IOException {
    Path folder = folder(instance.id());
    if (Files.exists(folder)) {
      GuestProcess.endAll(folder);
      if (instances.state(instance) != State.TERMINATED) {
        console(folder)
            .say(
                "the simulator was started again: what ran here has ended, and no user data is run"
                    + " a second time");
      }
    }
  }

  /**
   * From now on instances that are launched run their user data, with these variables; also after a
   * restart.
   *
   * @throws IllegalArgumentException when one is no endpoint's variable
   */
  public void allow(Map<String, String> variables) throws IOException {
    variables.keySet().stream()
        .filter(name -> !VARIABLE.matcher(name).matches())
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(name + " is not " + VARIABLE.pattern());
            });
    format.write(allowed, new Variables(variables));
  }

  /** Starts what the instance is given to run, once it is running. */
  public void start(InstanceRecord instance) throws IOException {
    Path folder = Files.createDirectories(folder(instance.id()));
    Console console = console(folder);
    Optional<Variables> variables =
        Files.exists(allowed) ? Optional.of(format.read(allowed)) : Optional.empty();
    if (variables.isEmpty()) {
      if (instance.userData() != null) {
        console.say(
            "user data is not run: nobody has allowed it (./drover up --guests, POST"
                + " /_drover/guests)");
      }
      return;
    }
    Thread thread =
        Thread.ofVirtual()
            .name("guest-" + instance.id())
            .unstarted(() -> live(instance, folder, console, variables.get().variables()));
    guests.put(instance.id(), new Booted(thread, console));
    thread.start();
  }

  private void live(
      InstanceRecord instance, Path folder, Console console, Map<String, String> variables) {
    MetadataService service = new MetadataService(instance, account, roles, clock);
    try {
      while (instances.state(instance) == State.PENDING) {
        Thread.sleep(POLL_MILLIS);
      }
      try (Guest guest = Guest.open(instance, folder, console, service)) {
        Agent agent = new Agent(guest, variables);
        agents.put(instance.id(), agent);
        try {
          guest.boot(variables);
          // What the user data left running goes on until the instance ends.
          Thread.sleep(Long.MAX_VALUE);
        } finally {
          agents.remove(instance.id());
          agent.end();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException failed) {
      LOG.error("the guest of {} failed", instance.id(), failed);
    }
  }

  /**
   * What runs commands in the instance, as the agent of Systems Manager would: where user data is
   * run, and the instance has a role that is there.
   */
  public Optional<Agent> agent(String instanceId) throws IOException {
    Agent agent = agents.get(instanceId);
    return agent != null && agent.keys().isPresent() ? Optional.of(agent) : Optional.empty();
  }

  /** Ends what runs in the instance. */
  public void end(String instanceId) {
    Booted booted = guests.remove(instanceId);
    if (booted != null) {
      booted.thread().interrupt();
      join(booted.thread());
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the instance printed, at most 64 KiB. */
  public byte[] console(String instanceId) throws IOException {
    @Nullable Booted booted = guests.get(instanceId);
    if (booted != null) {
      return booted.console().read();
    }
    Path folder = folder(instanceId);
    return Files.exists(folder) ? console(folder).read() : new byte[0];
  }

  /** Ends all and forgets what they printed; nobody has allowed anything then. */
  public void reset() throws IOException {
    close();
    DirectoryTree.delete(directory);
    Files.createDirectories(directory);
  }

  @Override
  public void close() {
    guests.keySet().forEach(this::end);
  }

  private Path folder(String instanceId) {
    return directory.resolve(instanceId);
  }

  private static Console console(Path folder) throws IOException {
    return new Console(folder.resolve("console"));
  }
}
