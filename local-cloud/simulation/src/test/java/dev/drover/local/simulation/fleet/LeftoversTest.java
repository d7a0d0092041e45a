package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job;
import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.ConnectorId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** What the oracle must say of an account in which something was left. */
class LeftoversTest {
  private static final EnvironmentName SITE = new EnvironmentName("site");
  private static final RunId RUN = new RunId("sms-run-00000001");
  private static final RunId OTHER = new RunId("sms-run-00000002");
  private static final String SEGMENT =
      "staging/site/sms-job-00000001/sms-run-00000001/d-1/none/g-1/0000000";
  private static final String PLAN = "tasks/site/sms-run-00000001/2/plan.json";

  private final Simulation simulation = new Simulation(1, Fleet.START, Trace.off());
  private final Map<String, Instant> ends = new HashMap<>();
  private final Set<String> kinds = new TreeSet<>();
  private Account account;
  private Leftovers leftovers;

  @BeforeEach
  void begin() throws IOException {
    String machine = Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE));
    account = new Account(simulation, Set.of(), machine, 1, 1, change -> {});
    leftovers =
        new Leftovers(
            simulation,
            account,
            run -> ends.getOrDefault(run, Instant.MAX),
            (promise, kind, sentence) -> kinds.add("promise " + promise + ", " + kind));
  }

  @Test
  void look_scheduleOfJobThatEnded_isLeft() {
    add(job(Job.State.DELETED, null, RUN));

    assertThat(standsFor(Duration.ofHours(4))).containsExactly("promise 6, schedule-left");
  }

  @Test
  void look_scheduleOfAnotherRunThanTheNext_isLeft() {
    add(job(Job.State.ACTIVE, null, OTHER));

    assertThat(standsFor(Duration.ofHours(4))).containsExactly("promise 6, schedule-left");
  }

  @Test
  void look_scheduleOfTheNextRun_hasItsReason() {
    add(job(Job.State.ACTIVE, null, RUN));
    TestJobs.schedule(account, "sms-job-00000001.sms-run-00000001");

    assertThat(lookedFor(Duration.ofHours(4))).isEmpty();
  }

  @Test
  void look_messageOfRunThatEndedLongAgo_isLeft() {
    message(RUN);
    message(OTHER);

    assertThat(lookedFor(Duration.ofHours(4))).isEmpty();
    ends.put(RUN.value(), simulation.instant());
    assertThat(lookedFor(Duration.ofHours(2))).isEmpty();
    assertThat(lookedFor(Duration.ofHours(2))).containsExactly("promise 6, message-left");
  }

  /** It is what a run's end is told with, and is gone after an hour. */
  @Test
  void look_cleanUpOfRunThatEndedLongAgo_isNotLeft() {
    ends.put(RUN.value(), simulation.instant());
    send(RUN, "{\"type\":\"clean-up\",\"runId\":\"" + RUN + "\"}");

    assertThat(lookedFor(Duration.ofHours(4))).isEmpty();
  }

  @Test
  void look_jobNinetyDaysAfterItsFirstRun_outlivesItsTime() {
    Instant firstRun = Fleet.START.minus(Duration.ofDays(90));
    add(job(Job.State.PAUSED_ON_FAILURE, firstRun, null));

    // Nor was anybody told.
    assertThat(lookedFor(Duration.ofHours(3))).containsExactly("promise 7, end-unannounced");
    assertThat(lookedFor(Duration.ofMinutes(1))).contains("promise 7, job-outlives-its-time");
  }

  @Test
  void look_jobThatEndsWithinSevenDaysAndNobodyWasTold_isUnannounced() {
    Instant noticed = Fleet.START.minus(Duration.ofDays(83));
    add(job(Job.State.ACTIVE, noticed.minus(Duration.ofHours(4)), null));

    assertThat(lookedFor(Duration.ZERO)).containsExactly("promise 7, end-unannounced");
  }

  /** The account's own function tells of it, within the hour. */
  @Test
  void look_jobThatEndsWithinSevenDays_isAnnounced() {
    add(job(Job.State.ACTIVE, Fleet.START.minus(Duration.ofDays(83)), null));

    assertThat(lookedFor(Duration.ofHours(5))).isEmpty();
    assertThat(account.events()).hasSize(1);
  }

  @Test
  void look_segmentThatWasThereBeforeThePlan_isSentAgain() {
    put(SEGMENT, "one");
    simulation.runUntil(simulation.instant().plus(Duration.ofMinutes(10)));
    put(PLAN, "two");
    put(SEGMENT, "one");

    assertThat(lookedFor(Duration.ZERO)).containsExactly("promise 4, durable-sent-again");
  }

  @Test
  void look_segmentThatCameAfterThePlanOrChanged_isNot() {
    put(PLAN, "two");
    put(SEGMENT, "one");
    put(SEGMENT, "one");
    simulation.runUntil(simulation.instant().plus(Duration.ofMinutes(10)));
    put(PLAN, "two");
    put(SEGMENT, "another");

    assertThat(lookedFor(Duration.ZERO)).isEmpty();
  }

  /** The same with the run's schedule; the account's own sweep takes it, and it is put again. */
  private Set<String> standsFor(Duration time) {
    TestJobs.schedule(account, "sms-job-00000001.sms-run-00000001");
    leftovers.look();
    simulation.runUntil(simulation.instant().plus(time));
    assertThat(account.scheduler().standing())
        .doesNotContainKey("Drover/sms-job-00000001.sms-run-00000001");
    TestJobs.schedule(account, "sms-job-00000001.sms-run-00000001");
    return lookedFor(Duration.ZERO);
  }

  /** What is found in two looks, one now and one after a while. */
  private Set<String> lookedFor(Duration time) {
    leftovers.look();
    simulation.runUntil(simulation.instant().plus(time));
    leftovers.look();
    return kinds;
  }

  private void add(Job job) {
    assertThat(
            account
                .stateForOracle()
                .transaction()
                .with(account.stateForOracle().jobs().add(job))
                .commit())
        .isTrue();
  }

  private static Job job(Job.State state, @Nullable Instant firstRun, @Nullable RunId next) {
    return TestJobs.job(
        1,
        state,
        firstRun,
        next == null ? null : new Job.NextRun(next, Fleet.START.plus(Duration.ofDays(30))));
  }

  private void message(RunId run) {
    send(run, "{\"runId\":\"" + run + "\"}");
  }

  private void send(RunId run, String body) {
    String queue = account.declare(ConnectorId.declared(SITE, run.value()));
    var _ =
        simulation.start(
            "sender",
            () ->
                account
                    .clientsOf("sender", Link.UP)
                    .sqs()
                    .sendMessage(send -> send.queueUrl(queue).messageBody(body)));
    simulation.runUntil(simulation.instant().plus(Duration.ofSeconds(1)));
  }

  private void put(String key, String body) {
    S3Client s3 = account.clientsOf("connector", Link.UP).s3();
    var _ =
        simulation.start(
            "connector",
            () ->
                s3.putObject(
                    put -> put.bucket(Account.BUCKET).key(key), RequestBody.fromString(body)));
    simulation.runUntil(simulation.instant().plus(Duration.ofSeconds(1)));
  }
}
