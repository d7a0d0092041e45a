package dev.drover.functions.image;

import dev.drover.functions.account.Ec2Text;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.AppRound;
import dev.drover.functions.state.BaseSnapshot;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.Server;
import dev.drover.functions.state.State;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.Generation;
import dev.drover.protocol.SnapshotId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Has an image made of a run's snapshots; when it can be launched, the run is committed. */
final class PublishImage {
  private static final String AVAILABLE = "available";
  private static final String PENDING = "pending";
  private static final String CONVERTING = "converting";
  private static final Map<String, String> ZEROS_OMITTED =
      Map.of(Snapshots.TAG_ZERO_BLOCKS, Snapshots.ZERO_BLOCKS_OMITTED);

  private final State state;
  private final Images images;
  private final Snapshots snapshots;
  private final RunCommit commit;
  private final ImportedImage imported;
  private final InstantSource clock;
  private final EventLog log;

  PublishImage(
      State state,
      Images images,
      ImportedImage imported,
      Snapshots snapshots,
      InstantSource clock,
      EventLog log) {
    this.state = state;
    this.images = images;
    this.imported = imported;
    this.snapshots = snapshots;
    this.commit = new RunCommit(state, clock);
    this.clock = clock;
    this.log = log;
  }

  /**
   * The image and how far it is.
   *
   * @param amiId of an image that does not exist yet the task that makes it, or its name
   * @param state {@code available}, the run thus committed, {@code pending}, or {@code converting}:
   *     VM Import is to make it
   */
  record Output(String amiId, String state) {}

  Output publish(RunReference reference) {
    Run run =
        state
            .runs()
            .find(reference)
            .orElseThrow(() -> new RunNotCommittedException(reference.runId()));
    String committed = run.outcome().amiId();
    if (run.state() == Run.State.COMPLETED && committed != null) {
      return new Output(committed, AVAILABLE);
    }
    if (run.state() != Run.State.ACTIVE) {
      throw new RunNotCommittedException(run.id());
    }
    List<RunDisk> completed = completedDisks(run);
    return switch (progress(run, completed)) {
      case ImportedImage.Progress.AtWork(String what) -> new Output(what, CONVERTING);
      case ImportedImage.Progress.Made(Images.Description image) ->
          switch (image.status()) {
            case PENDING -> new Output(image.amiId(), PENDING);
            case FAILED -> throw new ImageNotAvailableException(image.amiId(), image.reason());
            case AVAILABLE -> commit(run, completed, image.amiId());
          };
    };
  }

  /** Promise 2: every disk completed, all of one generation; the root first, then in order. */
  private List<RunDisk> completedDisks(Run run) {
    List<RunDisk> all = new ArrayList<>(state.disks().list(run.id()));
    Set<Generation> generations =
        all.stream().map(RunDisk::generation).collect(Collectors.toUnmodifiableSet());
    require(run, !all.isEmpty(), "it has no disks");
    require(
        run,
        all.stream().allMatch(disk -> disk.state() == RunDisk.State.COMPLETED),
        "not every disk is completed");
    require(
        run,
        generations.size() == 1 && generations.contains(run.handOver().generation()),
        "its disks are of generations " + generations);
    require(run, all.stream().filter(RunDisk::rootDevice).count() == 1, "it has not one root disk");
    all.sort(
        Comparator.comparing((RunDisk disk) -> !disk.rootDevice())
            .thenComparingInt(RunDisk::diskNumber));
    return all;
  }

  private static void require(Run run, boolean condition, String complaint) {
    if (!condition) {
      throw new DisksNotCompletedException(run.id(), complaint);
    }
  }

  /** The run's image: what an earlier call began is gone on with, else it is made. */
  private ImportedImage.Progress progress(Run run, List<RunDisk> completed) {
    if (run.course().imported() != null) {
      Origin origin = origin(run);
      Images.Request request = request(run, origin, completed);
      if (!withoutZeros(run, completed).isEmpty()) {
        request = request.with(ZEROS_OMITTED);
      }
      return imported
          .look(run, request)
          .orElseGet(() -> named(run, completed).orElseGet(() -> make(run, origin, completed)));
    }
    return named(run, completed).orElseGet(() -> make(run, origin(run), completed));
  }

  /** An image that was registered under the run's name. */
  private Optional<ImportedImage.Progress> named(Run run, List<RunDisk> completed) {
    String name = ImageName.of(run.id());
    return images
        .findByName(name)
        .map(known -> new ImportedImage.Progress.Made(adopted(name, known, completed)));
  }

  private ImportedImage.Progress make(Run run, Origin origin, List<RunDisk> completed) {
    Images.Request request = request(run, origin, completed);
    snapshots.tag(completed.stream().map(RunDisk::snapshotId).toList(), request.tags());
    List<SnapshotId> withoutZeros = withoutZeros(run, completed);
    if (!withoutZeros.isEmpty()) {
      snapshots.tag(withoutZeros, ZEROS_OMITTED);
      request = request.with(ZEROS_OMITTED);
    }
    String os = origin.server().machine().os();
    Job.Settings settings = origin.job().settings();
    Optional<String> need = ImportNeed.reason(settings, os);
    return need.isPresent()
        ? imported.begin(run, settings, os, request, need.get())
        : new ImportedImage.Progress.Made(register(run, completed, request));
  }

  private Images.Description register(Run run, List<RunDisk> completed, Images.Request request) {
    return switch (images.register(request)) {
      case Images.Registration.Registered registered -> registered(run, registered.amiId());
      // Names are unique within the account, so what is not shown yet is an earlier call's.
      case Images.Registration.NameTaken _ ->
          adopted(
              request.name(),
              images
                  .findByName(request.name())
                  .orElseThrow(
                      () -> new TransientException("EC2 does not show image " + request.name())),
              completed);
    };
  }

  private List<SnapshotId> withoutZeros(Run run, List<RunDisk> completed) {
    List<BaseSnapshot> bases = state.bases().list(run.jobId());
    return completed.stream()
        .filter(disk -> LeftOutZeros.in(disk, bases))
        .map(RunDisk::snapshotId)
        .toList();
  }

  private Images.Description registered(Run run, String amiId) {
    log.event("image-registered", Map.of("runId", run.id(), "amiId", amiId));
    // EC2 may not show it yet; then it is pending.
    return images
        .find(amiId)
        .orElseGet(
            () ->
                new Images.Description(
                    amiId,
                    ImageName.of(run.id()),
                    clock.instant(),
                    Images.Status.PENDING,
                    "",
                    List.of(),
                    Map.of()));
  }

  private static Images.Description adopted(
      String name, Images.Description image, List<RunDisk> completed) {
    Set<SnapshotId> expected = new HashSet<>();
    completed.forEach(disk -> expected.add(disk.snapshotId()));
    if (!image.snapshots().equals(expected)) {
      throw new ImageNameTakenException(name, image.amiId());
    }
    return image;
  }

  /** Of what and for whom an image is made. */
  private record Origin(Job job, Server server) {}

  private Origin origin(Run run) {
    return state
        .jobs()
        .find(run.jobId())
        .flatMap(job -> state.servers().find(job.serverId()).map(server -> new Origin(job, server)))
        .orElseThrow(() -> new RunNotCommittedException(run.id()));
  }

  private Images.Request request(Run run, Origin origin, List<RunDisk> completed) {
    Server server = origin.server();
    Firmware recorded = run.handOver().firmware();
    List<String> deviceNames = DeviceNames.of(completed.size());
    List<Images.Volume> volumes = new ArrayList<>();
    List<String> named = new ArrayList<>();
    for (int i = 0; i < completed.size(); i++) {
      volumes.add(new Images.Volume(deviceNames.get(i), completed.get(i).snapshotId()));
      named.add(deviceNames.get(i) + "=" + completed.get(i).label());
    }
    String description =
        Optional.ofNullable(run.description()).orElse("Replicated by " + run.jobId());
    return new Images.Request(
        ImageName.of(run.id()),
        Ec2Text.description(description),
        recorded == null ? server.machine().firmware() : recorded,
        volumes,
        tags(run, origin, description, named));
  }

  /**
   * What the image and its snapshots are told apart by, and what the application's tags say; one
   * that is called Name takes the server's place.
   *
   * @param disks {@code /dev/sda1=root.img} and so on
   */
  private Map<String, String> tags(Run run, Origin origin, String description, List<String> disks) {
    Server server = origin.server();
    Map<String, String> tags = new HashMap<>();
    tags.put(Snapshots.TAG_JOB, run.jobId().value());
    tags.put(Snapshots.TAG_RUN, run.id().value());
    tags.put(Snapshots.TAG_SERVER, server.id().value());
    tags.put(Snapshots.TAG_NAME, Ec2Text.tagValue(server.machine().name()));
    tags.put(Snapshots.TAG_DISKS, Ec2Text.tagValue(disks));
    if (!Ec2Text.description(description).equals(description)) {
      tags.put(Snapshots.TAG_DESCRIPTION, Ec2Text.tagValue(description));
    }
    AppRound.of(origin.job())
        .flatMap(round -> state.apps().find(round.appId()))
        .ifPresent(app -> app.tags().forEach(tag -> tags.put(tag.key(), tag.value())));
    return tags;
  }

  private Output commit(Run run, List<RunDisk> completed, String amiId) {
    try {
      commit.commit(run, completed, amiId);
    } catch (RunNotCommittedException e) {
      return notCommitted(run, amiId, e);
    }
    log.event("run-completed", Map.of("jobId", run.jobId(), "runId", run.id(), "amiId", amiId));
    return new Output(amiId, AVAILABLE);
  }

  /** Another call may have committed this very image; else nobody would ever deregister it. */
  private Output notCommitted(Run run, String amiId, RunNotCommittedException refusal) {
    boolean committed =
        state
            .runs()
            .find(run.reference())
            .filter(now -> now.state() == Run.State.COMPLETED)
            .filter(now -> amiId.equals(now.outcome().amiId()))
            .isPresent();
    if (committed) {
      return new Output(amiId, AVAILABLE);
    }
    images.deregister(amiId);
    log.event("image-deregistered", Map.of("runId", run.id(), "amiId", amiId));
    throw refusal;
  }
}
