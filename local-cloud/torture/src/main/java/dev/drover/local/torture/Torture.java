package dev.drover.local.torture;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.cloud.SimulatedVcenter;
import dev.drover.local.launcher.stack.ConnectorSource;
import dev.drover.local.torture.fault.Fault;
import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.fault.Faults;
import dev.drover.local.torture.fault.Schedule;
import dev.drover.local.torture.fault.World;
import dev.drover.local.torture.oracle.FaultLog;
import dev.drover.local.torture.oracle.Oracle;
import dev.drover.local.torture.oracle.Violation;
import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.site.Customer;
import dev.drover.local.torture.site.FolderGuest;
import dev.drover.local.torture.site.Guest;
import dev.drover.local.torture.site.Place;
import dev.drover.local.torture.site.RunEnd;
import dev.drover.local.torture.site.SimulatorControl;
import dev.drover.local.torture.site.TorturedCloud;
import dev.drover.local.torture.site.VcenterGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;

/** One torture, from its cloud's start to its verdict. */
final class Torture {
  private static final String FOLDER = "folder";
  private static final String VCENTER = "vcenter";

  /** The server whose copies are encrypted. */
  private static final String ENCRYPTED = "shop";

  /** The simulated vCenter says that its third VM runs Windows; it has three disks. */
  private static final String WINDOWS = "server-0003";

  private static final int VMS = 3;
  private static final List<String> VM_NAMES = List.of("server-0001", WINDOWS);
  private static final List<String> VCENTER_FLAGS =
      List.of("-disk-mb", "72", "-fill-kb", "4096", "-writes-per-second", "4", "-keep-digests");
  private static final long MIB = 1024 * 1024;
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(5);

  /** After the last fault: a killed function's lease and message are over by then. */
  private static final Duration END_LIMIT = Duration.ofMinutes(15);

  /** Late events are looked at and dropped within that. */
  private static final Duration LATE = Duration.ofSeconds(15);

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int MOST_TRIES = 20;
  private static final int SECRET_BYTES = 20;

  private final Settings settings;
  private final Consumer<String> out;
  private final BiConsumer<World, Oracle> afterwards;
  private final FaultLog faults = new FaultLog();
  private final List<RunEnd> runs = new ArrayList<>();
  private Instant begun = Instant.now();

  /**
   * What is asked for.
   *
   * @param duration for which faults come
   * @param keptLogs where the logs go if a promise was broken
   */
  record Settings(
      LocalCloudSettings cloud, long seed, Duration duration, Set<FaultKind> kinds, Path keptLogs) {
    Settings {
      kinds = Set.copyOf(kinds);
    }
  }

  /**
   * What came of it.
   *
   * @param images how many AMIs were equal to their captures
   * @param imports how many of them VM Import made
   */
  record Outcome(
      List<FaultLog.Entry> faults,
      List<RunEnd> runs,
      List<Violation> violations,
      long images,
      long imports) {}

  Torture(Settings settings, Consumer<String> out) {
    this(settings, out, (world, oracle) -> {});
  }

  /**
   * The same with something more to be done.
   *
   * @param afterwards when the oracle has looked, before the cloud ends
   */
  Torture(Settings settings, Consumer<String> out, BiConsumer<World, Oracle> afterwards) {
    this.settings = settings;
    this.out = out;
    this.afterwards = afterwards;
  }

  /**
   * Runs it.
   *
   * @throws LocalCloudException if it cannot even begin
   */
  Outcome run() {
    Random random = new Random(settings.seed());
    List<Place> places =
        List.of(
            new Place(FOLDER, "folder-1"),
            new Place(FOLDER, "folder-2"),
            new Place(VCENTER, "vcenter-1"),
            new Place(VCENTER, "vcenter-2"));
    try (TorturedCloud cloud = TorturedCloud.start(settings.cloud(), places)) {
      Path servers = cloud.stack().cloud().home().resolve("data").resolve("servers");
      List<FolderGuest> folderGuests = folderGuests(servers);
      SimulatedVcenter vcenter = SimulatedVcenter.start(cloud.stack().cloud(), VMS, VCENTER_FLAGS);
      try (Oracle oracle = new Oracle(cloud, faults, this::say);
          SimulatorControl control = new SimulatorControl(vcenter.control().resolve("/"));
          Connector folder =
              new Connector(
                  cloud,
                  places.get(0),
                  places.get(1),
                  new ConnectorSource.Folder(servers),
                  secret(random));
          Connector vsphere =
              new Connector(
                  cloud,
                  places.get(2),
                  places.get(3),
                  new ConnectorSource.Vcenter(vcenter),
                  secret(random))) {
        oracle.watch(folder);
        oracle.watch(vsphere);
        oracle.guard(vcenter.rolePassword());
        cloud.stack().awaitHealthy(folder.running());
        cloud.stack().awaitHealthy(vsphere.running());
        List<Guest> guests = new ArrayList<>(folderGuests);
        VM_NAMES.forEach(
            name -> guests.add(new VcenterGuest(VCENTER, vcenter, name, name.equals(WINDOWS))));
        List<Customer> customers =
            guests.stream()
                .map(
                    guest ->
                        new Customer(
                            cloud.stack(),
                            guest,
                            guest.name().equals(ENCRYPTED),
                            random.nextLong(),
                            end -> ended(end, oracle)))
                .toList();
        try {
          torture(new World(cloud, folder, vsphere, control, folderGuests, customers), oracle);
        } finally {
          customers.forEach(Customer::close);
        }
        if (vcenter.snapshots() > 0) {
          oracle.violated(
              "vm-snapshot-left", vcenter.snapshots() + " VM snapshots are left", begun);
        }
        List<Violation> violations = oracle.violations();
        if (!violations.isEmpty()) {
          cloud.stack().cloud().keepLogs(settings.keptLogs());
        }
        return new Outcome(
            faults.entries(),
            runs(),
            violations,
            oracle.imagesVerified(),
            oracle.importsVerified());
      }
    }
  }

  private static List<FolderGuest> folderGuests(Path servers) {
    return List.of(
        new FolderGuest(FOLDER, servers.resolve("mail"), Map.of("root.img", 136 * MIB)),
        new FolderGuest(
            FOLDER,
            servers.resolve(ENCRYPTED),
            Map.of("root.img", 72 * MIB, "data.img", 20 * MIB)));
  }

  private static String secret(Random random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  private void torture(World world, Oracle oracle) {
    begun = Instant.now();
    world.customers().forEach(Customer::start);
    warmUp(world);
    say("every server was copied once; the faults begin");
    Instant end = Instant.now().plus(settings.duration());
    Schedule schedule = Schedule.of(settings.kinds(), settings.seed());
    while (Instant.now().isBefore(end)) {
      step(schedule.next(), world);
    }
    say("no more faults; every job has to complete one more run");
    world.customers().forEach(Customer::finish);
    Instant limit = Instant.now().plus(END_LIMIT);
    for (Customer customer : world.customers()) {
      Duration left = Duration.between(Instant.now(), limit);
      if (!customer.awaitDone(left.isNegative() ? Duration.ZERO : left)) {
        oracle.violated(
            "job-stands-still",
            "no clean run within %d min after the last fault: %s"
                .formatted(END_LIMIT.toMinutes(), customer.state()),
            begun);
      }
    }
    int late = world.doWhatCameLater();
    if (late > 0) {
      say("what was held back for its run's end comes now");
      Pause.interruptibly(LATE);
    }
    oracle.lookAtTheEnd();
    afterwards.accept(world, oracle);
  }

  private void warmUp(World world) {
    Instant limit = Instant.now().plus(WARM_UP_LIMIT);
    while (!runs().stream()
        .filter(run -> run.state() == ReplicationRunState.COMPLETED)
        .map(run -> run.guest().name())
        .collect(Collectors.toSet())
        .containsAll(
            world.customers().stream().map(customer -> customer.guest().name()).toList())) {
      if (Instant.now().isAfter(limit)) {
        throw new LocalCloudException(
            "Not every server was copied once within %d min, without any fault: %s"
                .formatted(
                    WARM_UP_LIMIT.toMinutes(),
                    world.customers().stream()
                        .map(Customer::state)
                        .collect(Collectors.joining("; "))));
      }
      Pause.interruptibly(LOOK);
    }
  }

  private void step(Schedule.Step step, World world) {
    Random random = new Random(step.seed());
    boolean alone = step.kinds().size() == 1;
    List<Fault> laid = new ArrayList<>();
    List<FaultLog.Entry> entries = new ArrayList<>();
    say(
        "begins: %s, for %d s"
            .formatted(
                step.kinds().stream()
                    .map(FaultKind::toString)
                    .collect(Collectors.joining(" with ")),
                step.hold().toSeconds()));
    for (FaultKind kind : step.kinds()) {
      Fault fault = Faults.make(kind, world, random);
      laid.add(fault);
      entries.add(faults.begun(kind, fault, alone));
      begin(kind, fault);
    }
    Instant end = Instant.now().plus(step.hold());
    while (Instant.now().isBefore(end)) {
      entries.forEach(entry -> faults.meets(entry, world.customers()));
      Pause.interruptibly(LOOK);
    }
    for (int i = 0; i < laid.size(); i++) {
      heal(laid.get(i));
      faults.healed(entries.get(i));
      say("healed: %s struck %s".formatted(step.kinds().get(i), times(laid.get(i).strikes())));
    }
    Pause.interruptibly(step.quiet());
  }

  /** What cannot be done just now, because another fault is there, is left. */
  private void begin(FaultKind kind, Fault fault) {
    try {
      fault.begin();
    } catch (SdkException e) {
      say(kind + " could not be laid down: " + e.getMessage());
    }
  }

  /** Tries until it is healed: what stays is no fault of Drover's. */
  private static void heal(Fault fault) {
    for (int tries = 1; ; tries++) {
      try {
        fault.heal();
        return;
      } catch (SdkException e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
        Pause.interruptibly(LOOK);
      }
    }
  }

  private static String times(int strikes) {
    return switch (strikes) {
      case 0 -> "nobody";
      case 1 -> "once";
      default -> strikes + " times";
    };
  }

  private void ended(RunEnd run, Oracle oracle) {
    synchronized (runs) {
      runs.add(run);
    }
    say(
        "%s: %s is %s after %d s%s"
            .formatted(
                run.guest().name(),
                run.runId(),
                run.state(),
                run.lasted().toSeconds(),
                run.state() == ReplicationRunState.COMPLETED ? "" : ": " + run.message()));
    oracle.ended(run);
    for (FaultLog.Entry entry : faults.ended(run)) {
      entry
          .recovery()
          .ifPresent(
              recovery ->
                  say(
                      "recovered from %s after %d s"
                          .formatted(entry.kind(), recovery.toSeconds())));
    }
  }

  private List<RunEnd> runs() {
    synchronized (runs) {
      return List.copyOf(runs);
    }
  }

  private void say(String text) {
    Duration since = Duration.between(begun, Instant.now());
    out.accept(
        String.format(
            Locale.ROOT, "  %02d:%02d  %s", since.toMinutes(), since.toSecondsPart(), text));
  }
}
