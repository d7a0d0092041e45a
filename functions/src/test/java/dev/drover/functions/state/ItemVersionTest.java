package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.DISK;
import static dev.drover.functions.state.Sample.GENERATION;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.NOW;
import static dev.drover.functions.state.Sample.REFERENCE;
import static dev.drover.functions.state.Sample.RUN;
import static dev.drover.functions.state.Sample.SERVER;
import static dev.drover.functions.state.Sample.SITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.NewerVersionException;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.LaunchConfiguration.S3Object;
import dev.drover.protocol.BlockBitmap;
import dev.drover.protocol.message.Report;
import dev.drover.protocol.message.ReportOrigin;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Two releases in a row over one table, and what a third one left. */
final class ItemVersionTest {
  private static final RunDisk APPLYING = Sample.disk(1, GENERATION, RunDisk.State.APPLYING);
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final Receipts.Lease LEASE =
      new Receipts.Lease(APPLYING, 2, GENERATION, "function");
  private static final Admission ADMISSION =
      new Admission(REFERENCE, SITE, 1, true, NOW, Admission.Phase.UPLOADING, false, 0, null);
  private static final App APP = AppsTest.app("app-0123456789abcdef0");
  private static final LaunchedValidation VALIDATION =
      new LaunchedValidation(
          new ValidationId("val-0123456789abcdef0"),
          1,
          SERVER,
          "web",
          new S3Object("sms-app-scripts", "check.sh"),
          "SHELL_SCRIPT");
  private static final LaunchedValidation.Told TOLD =
      new LaunchedValidation.Told(1, "i-1", LaunchedValidation.Status.IN_PROGRESS, "begun", NOW);
  private static final String FUTURE = "fromTheFuture";

  /** What writes another thing into the place of what was there. */
  private static final Set<String> REPLACED =
      Set.of(
          "BASE#" + JOB + "\0" + DISK,
          "RUN#" + RUN + "\0LOOK#" + DISK,
          "STORY#" + RUN + "\0" + RunStories.position(event()));

  private final Sample sample = new Sample();

  ItemVersionTest() {
    State state = sample.state;
    boolean written =
        state
            .transaction()
            .with(state.ids().take(SERVER))
            .with(state.jobs().add(Sample.dueJob(Job.State.ACTIVE, RUN)))
            .with(state.runs().add(Sample.fullRun(Run.State.ACTIVE, Run.Stage.UPLOADING)))
            .with(state.disks().put(APPLYING, null))
            .with(state.bases().put(base()))
            .with(state.servers().add(ServersTest.full(true, NOW)))
            .with(state.admissions().ask(ADMISSION))
            .with(state.leftovers().ended(REFERENCE))
            .with(state.leftovers().doom(APPLYING))
            .with(state.apps().add(APP, Optional.of(request()), 1))
            .with(state.appConfigurations().putReplication(APP.id(), List.of()))
            .with(state.appConfigurations().putLaunch(APP.id(), launch(true)))
            .with(state.appConfigurations().putValidation(APP.id(), ValidationConfiguration.NONE))
            .with(state.testLaunches().add(TestLaunchesTest.ASKED_FOR))
            .commit();
    assertThat(written).isTrue();
    state.admissions().admit(0, List.of(), NOW);
    state.connectors().register(registration(), NOW);
    state.catalog().importing(NOW);
    state.receipts().takeFirst(LEASE, NOW, LATER);
    state
        .receipts()
        .apply(LEASE, new SegmentBlocks(Sample.DIGEST, BlockBitmap.EMPTY, List.of()), NOW);
    state.settledGroups().put(APPLYING, "manifest", new BitSet(), NOW);
    state.segmentWaits().count(RUN, NOW);
    state.stories().add(RUN, event());
    state.sweep().now(() -> NOW).begin();
    state.oldVersions().since("Drover-Prepare", "1", NOW);
    state.launchedValidations().launch(APP.id(), List.of(VALIDATION));
    assertThat(places()).hasSize(28);
  }

  private static RunEvent event() {
    return new RunEvent(NOW, "run-begun", Map.of());
  }

  private static Report.Registration registration() {
    return new Report.Registration(
        1,
        new ReportOrigin(SITE, Sample.CONNECTOR, 1, NOW),
        List.of(1),
        "1.2",
        "folder",
        null,
        null,
        List.of());
  }

  private static AppRequest request() {
    return new AppRequest("f00d", APP.id(), "beef");
  }

  private static LaunchConfiguration launch(boolean auto) {
    return new LaunchConfiguration("sms-launch", auto, List.of());
  }

  private static BaseSnapshot base() {
    return BaseSnapshotsTest.base(false, null);
  }

  /** Reading and writing of each kind of item, by its place. */
  static Map<String, Consumer<State>> uses() {
    Map<String, Consumer<State>> uses = new LinkedHashMap<>();
    uses.put("a job is read", state -> state.jobs().find(JOB));
    uses.put(
        "jobs are listed",
        state -> state.jobs().list().forEach(job -> assertThat(job).isNotNull()));
    uses.put("a job is written", state -> state.jobs().remark(JOB, "said"));
    uses.put("a job is written with others", state -> commit(state, state.jobs().giveUp(JOB, RUN)));
    uses.put("a run is read", state -> state.runs().find(REFERENCE));
    uses.put("a run is written", state -> state.runs().corrupt(REFERENCE, 1));
    uses.put(
        "a run is looked at", state -> commit(state, state.runs().stillIn(Sample.FIRST_ATTEMPT)));
    uses.put("a disk is read", state -> state.disks().find(RUN, DISK));
    uses.put("a disk is written", state -> state.disks().putManifest(APPLYING, "manifest"));
    uses.put(
        "a disk is replaced",
        state ->
            commit(
                state,
                state.disks().put(Sample.disk(2, GENERATION, RunDisk.State.APPLYING), APPLYING)));
    uses.put("a disk is removed", state -> commit(state, state.disks().remove(APPLYING)));
    uses.put("a disk is forgotten", state -> state.disks().forget(APPLYING));
    uses.put("a receipt is read", state -> state.receipts().find(APPLYING, 2));
    uses.put("a receipt is written", state -> state.receipts().takeFirst(LEASE, NOW, LATER));
    uses.put("blocks are read", state -> state.receipts().blocks(APPLYING, 2, Sample.DIGEST));
    uses.put("groups are read", state -> state.settledGroups().find(APPLYING, "manifest"));
    uses.put(
        "groups are written",
        state -> state.settledGroups().put(APPLYING, "other", new BitSet(), NOW));
    uses.put("segments are read", state -> state.segmentWaits().find(RUN));
    uses.put("segments are counted", state -> state.segmentWaits().count(RUN, NOW));
    uses.put("bases are read", state -> state.bases().list(JOB));
    uses.put("a base is written", state -> commit(state, state.bases().put(base())));
    uses.put("a server is read", state -> state.servers().find(SERVER));
    uses.put("a server is found", state -> state.servers().find(SITE, "vm-1"));
    uses.put("a server is seen", state -> state.servers().see(ServersTest.full(true, LATER)));
    uses.put("a connector is read", state -> state.connectors().find(Sample.CONNECTOR));
    uses.put("a connector leaves", state -> state.connectors().disassociate(Sample.CONNECTOR));
    uses.put("the catalog is read", state -> state.catalog().get());
    uses.put("the catalog is deleted", state -> state.catalog().delete(NOW));
    uses.put("a place is read", state -> state.admissions().find(RUN));
    uses.put("a place is kept", state -> commit(state, state.admissions().keep(ADMISSION)));
    uses.put("a place is left", state -> state.admissions().leave(RUN));
    uses.put("the decision is read", state -> state.admissions().decision());
    uses.put("leftovers are read", state -> state.leftovers().doomed(RUN));
    uses.put("leftovers are expected", state -> state.leftovers().expect(REFERENCE));
    uses.put("leftovers are doomed", state -> commit(state, state.leftovers().doom(APPLYING)));
    uses.put(
        "a story is read",
        state -> state.stories().listAfter(RUN, "").forEach(told -> assertThat(told).isNotNull()));
    uses.put("a story is told again", state -> state.stories().add(RUN, event()));
    uses.put("the sweep is read", state -> state.sweep().due(() -> NOW));
    uses.put("the sweep goes on", state -> state.sweep().now(() -> NOW).begin());
    uses.put("old versions are read", state -> state.oldVersions().known("Drover-Prepare"));
    uses.put("a version is old", state -> state.oldVersions().since("Drover-Prepare", "1", NOW));
    uses.put("an application is read", state -> state.apps().find(APP.id()));
    uses.put(
        "applications are listed",
        state -> state.apps().listAfter("").forEach(app -> assertThat(app).isNotNull()));
    uses.put("applications are counted", state -> state.apps().count());
    uses.put("an application's request is read", state -> state.apps().requested("f00d"));
    uses.put("an application is changed", state -> commit(state, state.apps().replace(APP)));
    uses.put(
        "a configuration of replication is read",
        state -> state.appConfigurations().replication(APP.id()));
    uses.put(
        "a configuration of replication is changed",
        state -> commit(state, state.appConfigurations().putReplication(APP.id(), List.of())));
    uses.put(
        "a configuration of launches is read", state -> state.appConfigurations().launch(APP.id()));
    uses.put(
        "a configuration of launches is changed",
        state -> commit(state, state.appConfigurations().putLaunch(APP.id(), launch(false))));
    uses.put(
        "a configuration of validations is read",
        state -> state.appConfigurations().validation(APP.id()));
    uses.put(
        "a configuration of validations is changed",
        state ->
            commit(
                state,
                state.appConfigurations().putValidation(APP.id(), ValidationConfiguration.NONE)));
    uses.put("validations are listed", state -> state.launchedValidations().list(APP.id()));
    uses.put(
        "a validation is launched",
        state -> state.launchedValidations().launch(APP.id(), List.of(VALIDATION)));
    uses.put(
        "a validation is told of",
        state -> state.launchedValidations().tell(APP.id(), VALIDATION.id(), TOLD));
    uses.put("a test launch is read", state -> state.testLaunches().find(APP.id()));
    uses.put(
        "a test launch is changed",
        state ->
            commit(
                state,
                state
                    .testLaunches()
                    .replace(
                        state
                            .testLaunches()
                            .find(APP.id())
                            .orElseThrow()
                            .at(TestLaunch.Stage.LAUNCHING))));
    uses.put("an id is taken", state -> commit(state, state.ids().take(SERVER)));
    return uses;
  }

  static List<String> names() {
    return List.copyOf(uses().keySet());
  }

  private static void commit(State state, Write write) {
    state.transaction().with(write).commit();
  }

  private void use(String name, State state) {
    Objects.requireNonNull(uses().get(name)).accept(state);
  }

  private Map<String, Map<String, AttributeValue>> places() {
    return sample.dynamoDb.copy();
  }

  /** Sets an attribute of every item past all code of ours. */
  private void setInAll(String attribute, AttributeValue value) {
    places()
        .values()
        .forEach(
            item -> {
              Map<String, AttributeValue> changed = new HashMap<>(item);
              changed.put(attribute, value);
              sample.dynamoDb.putItem(put -> put.tableName("drover").item(changed));
            });
  }

  private void removeFromAll(String attribute) {
    places()
        .values()
        .forEach(
            item -> {
              Map<String, AttributeValue> changed = new HashMap<>(item);
              changed.remove(attribute);
              sample.dynamoDb.putItem(put -> put.tableName("drover").item(changed));
            });
  }

  private State release(int written, int readable) {
    return new State(sample.dynamoDb.table(new ItemVersion(written, readable)), new Random(1));
  }

  @Test
  void everyItem_asThisBuildWritesIt_hasItsVersion() {
    assertThat(places().values())
        .allSatisfy(item -> assertThat(item).containsEntry("v", AttributeValue.fromN("1")));
  }

  @ParameterizedTest
  @MethodSource("names")
  void item_ofALaterVersion_isLeftAsItIsAndSaidSo(String use) {
    setInAll("v", AttributeValue.fromN("2"));
    Map<String, Map<String, AttributeValue>> before = places();

    assertThatThrownBy(() -> use(use, sample.state))
        .isInstanceOf(NewerVersionException.class)
        .isInstanceOf(TransientException.class)
        .hasMessageMatching(
            "the table's item \\S+ / .+ is of version 2, and this Drover reads up to version 1:"
                + " deploy the newer version of Drover again");
    assertThat(places()).isEqualTo(before);
  }

  /** As every item was before there were versions. */
  @ParameterizedTest
  @MethodSource("names")
  void item_withoutAVersion_isOfTheFirst(String use) {
    removeFromAll("v");
    use(use, sample.state);
  }

  /** The release that writes version 2, and the one before it, which reads it already. */
  @ParameterizedTest
  @MethodSource("names")
  void item_ofTheReleaseBeforeOrAfter_isUsed(String use) {
    use(use, release(2, 2));
    use(use, release(1, 2));
    use(use, release(2, 2));
  }

  @ParameterizedTest
  @MethodSource("names")
  void attribute_thatIsNotKnown_staysWhenTheItemIsUsed(String use) {
    setInAll(FUTURE, AttributeValue.fromS("kept"));
    use(use, sample.state);
    places()
        .forEach(
            (place, item) -> {
              if (!REPLACED.contains(place) && !use.equals("a disk is replaced")) {
                assertThat(item).as(place).containsKey(FUTURE);
              }
            });
  }

  @Test
  void update_byTheReleaseBefore_takesNoVersionBack() {
    release(2, 2).sweep().now(() -> NOW).begin();
    assertThat(item("SWEEP\0-")).containsEntry("v", AttributeValue.fromN("2"));
    release(1, 2).sweep().now(() -> NOW).begin();
    assertThat(item("SWEEP\0-")).containsEntry("v", AttributeValue.fromN("2"));
    release(1, 2).jobLook().now(() -> NOW).begin();
    assertThat(item("SWEEP\0jobs")).containsEntry("v", AttributeValue.fromN("1"));
  }

  private Map<String, AttributeValue> item(String place) {
    return Objects.requireNonNull(places().get(place));
  }

  /** Nothing of a transaction is written when one of its items is of a later version. */
  @Test
  void transaction_withOneItemOfALaterVersion_writesNothing() {
    sample
        .dynamoDb
        .table(new ItemVersion(2, 2))
        .update(ItemUpdate.of("JOB", JOB.value()).set("description", "newer"));
    Map<String, Map<String, AttributeValue>> before = places();
    State state = sample.state;
    Transaction transaction =
        state
            .transaction()
            .with(state.runs().publish(REFERENCE, "ami-2", "made", NOW))
            .with(state.jobs().publish(REFERENCE, "ami-2", Sample.GENERATION, NOW));

    assertThatThrownBy(transaction::commit)
        .isInstanceOf(NewerVersionException.class)
        .hasMessageContaining("JOB / " + JOB);
    assertThat(places()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void build_thatReadsLessThanItWrites_isNone(int readable) {
    assertThatThrownBy(() -> new ItemVersion(1, readable))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
