package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.account.Images;
import dev.drover.functions.account.Snapshots;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.image.ImageFunction;
import dev.drover.functions.image.ImageName;
import dev.drover.functions.snapshot.SnapshotFunctions;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.world.TestDisk;
import dev.drover.functions.world.World;
import dev.drover.protocol.Firmware;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SnapshotId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AuditTest {
  private static final Duration A_DAY = Duration.ofDays(1);
  private static final SnapshotId GONE = new SnapshotId("snap-0fffffffffffffff0");

  private final TestDisk disk = new TestDisk("root.img", 524_288).fill(0, 1);
  private final List<TestDisk> disks = List.of(disk);
  private final World world = World.withServer(disks);
  private final Job job = world.job();
  private final SnapshotFunctions snapshots = new SnapshotFunctions(world);
  private final Audit audit = world.audit;

  private List<Leftover> found() {
    List<Leftover> all = new ArrayList<>();
    String from = "";
    do {
      Audit.Found found = audit.look(from, 1, world.instant());
      all.addAll(found.leftovers());
      from = found.next();
    } while (from != null);
    return all;
  }

  private List<String> ids() {
    return found().stream().map(Leftover::id).toList();
  }

  private Leftover only() {
    List<Leftover> found = found();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private RunReference replicated() {
    return snapshots.replicate(job.id(), disks, Map.of());
  }

  private RunReference published() {
    RunReference run = replicated();
    assertThat(new ImageFunction(world).publish(run)).isEqualTo("available");
    return run;
  }

  private SnapshotId startedAndLost(JobId jobId, RunId runId, int attempt) {
    return world.ebs.start(
        null,
        Map.of(
            Snapshots.TAG_JOB, jobId.value(),
            Snapshots.TAG_RUN, runId.value(),
            Snapshots.TAG_ATTEMPT, Integer.toString(attempt)));
  }

  private SnapshotId snapshotOf(RunReference run) {
    return world.runDisk(run, disk.id()).snapshotId();
  }

  private String staging(RunReference run) {
    return "staging/site/" + run.jobId() + "/" + run.runId();
  }

  private String digestList(SnapshotId snapshot) {
    return ObjectKeys.digestList(World.SITE, job.id(), disk.id(), snapshot);
  }

  @Test
  void look_runAtWorkAndRunThatMadeItsAmi_leaveNothing() {
    RunReference run = replicated();
    startedAndLost(job.id(), run.runId(), 1); // which the attempt may still open
    assertThat(found()).isEmpty();

    new ImageFunction(world).publish(run);
    world.objects.delete(
        world.objects.list(ObjectKeys.STAGING).map(object -> object.key()).toList());
    world.strays.delete(world.run(run));

    assertThat(found()).isEmpty();
  }

  @Test
  void look_importOfARunThatIsOver_isCancelledAndOneThatGoesOnIsNot() {
    world.seeOs("Microsoft Windows Server 2022 (64-bit)");
    world.imports.hold(true);
    RunReference run = replicated();
    assertThat(new ImageFunction(world).publish(run)).isEqualTo("converting");
    assertThat(found()).isEmpty();

    world.fail(run);
    Leftover left =
        found().stream().filter(each -> each.kind().equals("import")).findFirst().orElseThrow();

    assertThat(left.removal()).isEqualTo(Leftover.Removal.AUTOMATIC);
    assertThat(audit.find(left.id())).contains(left);
    assertThat(audit.remove(left)).isEmpty();
    assertThat(ids()).noneMatch(id -> id.startsWith("import/"));
  }

  /**
   * Its AMI stands on snapshots of its own: the copy is needed as the base of the next run only.
   */
  @Test
  void look_copyThatVmImportMadeAnAmiOf_goesOnceItIsNoBase() {
    world.seeOs("Microsoft Windows Server 2022 (64-bit)");
    RunReference first = replicated();
    assertThat(new ImageFunction(world).publish(first)).isEqualTo("converting");
    assertThat(new ImageFunction(world).publish(first)).isEqualTo("available");
    assertThat(ids()).noneMatch(id -> id.startsWith("snapshot/"));
    SnapshotId copy = snapshotOf(first);

    world.pass(A_DAY);
    RunReference second = replicated();
    assertThat(new ImageFunction(world).publish(second)).isEqualTo("converting");
    assertThat(new ImageFunction(world).publish(second)).isEqualTo("available");

    assertThat(ids())
        .filteredOn(id -> id.startsWith("snapshot/"))
        .containsExactly("snapshot/" + copy);
    assertThat(audit.find("snapshot/" + copy).orElseThrow().removal())
        .isEqualTo(Leftover.Removal.AUTOMATIC);
    String ami = String.valueOf(world.run(first).outcome().amiId());
    world.images.deregister(ami);
    assertThat(found())
        .filteredOn(left -> left.reason().contains("its " + ami + " is gone"))
        .as("what VM Import made of it, which somebody outside may want")
        .hasSize(1)
        .allMatch(left -> left.removal() == Leftover.Removal.ON_REQUEST);
  }

  @Test
  void look_runThatMayBeResumed_leavesNothing() {
    RunReference run = replicated();
    world.fail(run, Job.State.ACTIVE, world.instant().plus(A_DAY));

    assertThat(found()).isEmpty();
  }

  @Test
  void look_runThatFailedAndWasNotCleanedUp_leavesAllOfItWithReasonAgeSizeAndPrice() {
    RunReference run = replicated();
    world.fail(run);
    SnapshotId snapshot = snapshotOf(run);
    world.ebs.become(snapshot, Snapshots.Status.COMPLETED);
    String amiId = registered(ImageName.of(run.runId()), snapshot, run);
    world.pass(A_DAY);

    List<Leftover> found = found();

    assertThat(found)
        .extracting(Leftover::id)
        .containsExactly("image/" + amiId, "snapshot/" + snapshot, staging(run));
    assertThat(found)
        .allSatisfy(
            each -> {
              assertThat(each.reason())
                  .isEqualTo(run.runId() + " made no AMI and is not resumed any more");
              assertThat(each.createdAt()).isEqualTo(World.START);
              assertThat(each.removal()).isEqualTo(Leftover.Removal.AUTOMATIC);
            });
    Leftover.Size aGib = new Leftover.Size(1L << 30, Leftover.Bound.AT_MOST);
    assertThat(found.get(1).size()).isEqualTo(aGib);
    assertThat(found.get(1).monthlyDollars()).isEqualTo(0.05);
    assertThat(found.get(0).size()).isNull();
    long staged =
        world.objects.list(ObjectKeys.STAGING).mapToLong(object -> object.sizeBytes()).sum();
    assertThat(found.get(2).size()).isEqualTo(new Leftover.Size(staged, Leftover.Bound.EXACT));
    assertThat(found.get(2).monthlyDollars()).isPositive();
  }

  private String registered(String name, SnapshotId snapshot, RunReference run) {
    Images.Registration registration =
        world.images.register(
            new Images.Request(
                name,
                "",
                Firmware.UEFI,
                List.of(new Images.Volume("/dev/sda1", snapshot)),
                Map.of(
                    Snapshots.TAG_JOB, run.jobId().value(),
                    Snapshots.TAG_RUN, run.runId().value())));
    return ((Images.Registration.Registered) registration).amiId();
  }

  /** CopyImage can copy the tags, and the copy is its maker's. */
  @Test
  void look_copyOfAnAmiWithItsTags_isNotOurs() {
    RunReference run = replicated();
    world.fail(run);
    world.ebs.become(snapshotOf(run), Snapshots.Status.COMPLETED);
    registered("golden", snapshotOf(run), run);

    assertThat(ids()).containsExactly("snapshot/" + snapshotOf(run), staging(run));
    assertThat(audit.remove(found().getFirst()))
        .hasValueSatisfying(left -> assertThat(left.reason()).startsWith("An AMI uses it: "));
    assertThat(world.ebs.existing()).hasSize(1);
  }

  @Test
  void look_snapshotInWhosePlaceAnotherCame_isLeft() {
    RunReference run = replicated();
    SnapshotId lost = startedAndLost(job.id(), run.runId(), 1);
    snapshots.prepare(run, 1);

    assertThat(only().id()).isEqualTo("snapshot/" + lost);
    assertThat(only().reason()).isEqualTo("another is in its place in " + run.runId());
  }

  /** Nobody but a person can know whose it is. */
  @Test
  void look_runOfAnotherStack_isNotOursToRemove() {
    SnapshotId foreign =
        startedAndLost(new JobId("sms-job-0000ffff"), new RunId("sms-run-0000ffff"), 1);

    Leftover left = only();

    assertThat(left.removal()).isEqualTo(Leftover.Removal.BY_HAND);
    assertThat(left.reason())
        .isEqualTo("this stack knows no run sms-run-0000ffff, another stack of the account may");
    assertThat(audit.remove(left)).isPresent();
    assertThat(audit.removeAll("", world.instant().plus(A_DAY)).removed()).isEmpty();
    assertThat(world.ebs.existing()).containsExactly(foreign);
  }

  /** A base is wanted all the same; what is none costs for nothing, but somebody may want it. */
  @Test
  void look_snapshotWhoseAmiIsGone_goesOnRequestUnlessItIsABase() {
    RunReference run = published();
    world.objects.delete(
        world.objects.list(ObjectKeys.STAGING).map(object -> object.key()).toList());
    world.images.deregister(String.valueOf(world.run(run).outcome().amiId()));
    assertThat(found()).isEmpty();

    world.raw.delete("BASE#" + job.id(), disk.id().value());

    assertThat(only().id()).isEqualTo("snapshot/" + snapshotOf(run));
    assertThat(only().removal()).isEqualTo(Leftover.Removal.ON_REQUEST);
    assertThat(only().reason()).endsWith(" is gone, and it is no base of " + job.id());
  }

  @Test
  void look_digestLists_areWantedWithTheirSnapshotOrABase() {
    RunReference run = published();
    world.objects.delete(
        world.objects.list(ObjectKeys.STAGING).map(object -> object.key()).toList());
    world.objects.put(digestList(GONE), new byte[32]);

    assertThat(only().id())
        .isEqualTo("digest-list/" + digestList(GONE).substring("digests/".length()));
    assertThat(only().reason()).isEqualTo("its snapshot " + GONE + " is gone");
    assertThat(only().size()).isEqualTo(new Leftover.Size(32, Leftover.Bound.EXACT));

    world.objects.delete(List.of(digestList(GONE)));
    world.images.deregister(String.valueOf(world.run(run).outcome().amiId()));
    world.ebs.delete(snapshotOf(run));
    assertThat(found()).as("the base names it").isEmpty();

    world.schedule.standing.clear();
    world.raw.set("JOB", job.id().value(), "state", "DELETED");
    assertThat(only().reason()).isEqualTo(job.id() + " has ended");
  }

  @Test
  void look_schedules_areWantedForTheNextRun() {
    assertThat(world.schedule.standing).hasSize(1);
    RunId other = new RunId("sms-run-0000ffff");
    world.schedule.standing.put(new RunReference(job.id(), other), world.instant());

    assertThat(only().id()).isEqualTo("schedule/" + job.id() + "." + other);
    assertThat(audit.remove(only())).isEmpty();

    assertThat(found()).isEmpty();
    assertThat(world.schedule.standing).hasSize(1);
  }

  @Test
  void look_executionOfARunThatEndedLongAgo_isLeft() {
    RunReference run = world.beginNext(job.id());
    String name = world.run(run).execution().name();
    world.executions.start(
        name,
        "{\"jobId\":\"%s\",\"runId\":\"%s\",\"execution\":1}".formatted(run.jobId(), run.runId()));
    world.executions.start("by-hand", "{}");
    assertThat(ids()).containsExactly("execution/by-hand");
    world.fail(run, Job.State.ACTIVE, null);
    assertThat(ids()).as("it may be cleaning up").containsExactly("execution/by-hand");

    world.pass(Duration.ofHours(2));

    assertThat(ids()).containsExactly("execution/" + name, "execution/by-hand");
    audit.removeAll("", world.instant().plus(A_DAY));
    assertThat(world.executions.stopped).containsExactly(name);
  }

  /** Other keys below the prefix are jumped over without being listed one by one. */
  @Test
  void look_stagedByManyRuns_isOneLeftoverARun() {
    RunReference run = replicated();
    world.fail(run);
    for (int object = 0; object < 30; object++) {
      world.objects.put(staging(run) + "/d-1/none/g/%07d".formatted(object), new byte[3]);
    }
    for (int other = 0; other < 45; other++) {
      String key = "staging/site/%s/sms-run-0000%04x/d-1".formatted(job.id(), other);
      world.objects.put(key, new byte[1]);
    }
    world.objects.put("staging/what", new byte[1]);
    world.ebs.delete(snapshotOf(run));

    List<Leftover> found = found();

    assertThat(found).hasSize(47);
    assertThat(found)
        .filteredOn(each -> each.removal() == Leftover.Removal.ON_REQUEST)
        .hasSize(45)
        .allSatisfy(each -> assertThat(each.reason()).startsWith("there is no run sms-run-0000"));
    assertThat(found)
        .filteredOn(each -> each.removal() == Leftover.Removal.BY_HAND)
        .extracting(Leftover::id)
        .containsExactly("staging/what");
  }

  @Test
  void removeAll_takesWhatIsLeftAndNothingElse() {
    published();
    world.see(World.CONNECTOR);
    RunReference failed = replicated();
    world.fail(failed, Job.State.ACTIVE, null);
    world.objects.put(digestList(GONE), new byte[32]);

    Audit.Removed removed = audit.removeAll("", world.instant().plus(A_DAY));

    assertThat(removed.left()).isEmpty();
    assertThat(removed.next()).isNull();
    assertThat(found()).isEmpty();
    assertThat(world.images.registered()).hasSize(1);
    assertThat(world.ebs.existing()).hasSize(1);
    assertThat(world.objects.list(ObjectKeys.DIGESTS)).hasSize(1);
  }

  @Test
  void removeAll_oneFails_removesTheOthersAndSaysSo() {
    RunReference run = replicated();
    world.fail(run);
    world.ebs.failNextDeletion(new TransientException("Request limit exceeded."));

    Audit.Removed removed = audit.removeAll("", world.instant().plus(A_DAY));

    assertThat(removed.left())
        .extracting(left -> left.leftover().id())
        .containsExactly("snapshot/" + snapshotOf(run));
    assertThat(removed.removed()).containsExactly(staging(run));
    assertThat(ids()).containsExactly("snapshot/" + snapshotOf(run));
  }

  @Test
  void removeAll_outOfTime_goesOnWhereItStopped() {
    for (int number = 0; number < 12; number++) {
      RunReference run = world.beginNext(job.id());
      world.fail(run, Job.State.ACTIVE, null);
      startedAndLost(job.id(), run.runId(), 1);
    }
    String from = "";
    while (!"snapshot".equals(from)) {
      Audit.Removed removed = audit.removeAll(from, world.instant());
      assertThat(removed.removed()).isEmpty();
      from = Objects.requireNonNull(removed.next());
    }

    assertThat(audit.removeAll(from, world.instant().plus(A_DAY)).removed()).hasSizeGreaterThan(4);
  }
}
