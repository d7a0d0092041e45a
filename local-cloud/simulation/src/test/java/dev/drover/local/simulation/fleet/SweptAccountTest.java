package dev.drover.local.simulation.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.Checkout;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.fault.FaultKind;
import dev.drover.local.simulation.fault.Link;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.local.simulation.kernel.Trace;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Something is left that no record names, and whatever function looks after it is killed at one of
 * 40 calls, so that hardly one sweep comes to its end: nothing is left all the same.
 */
class SweptAccountTest {
  private static final JobId JOB = new JobId("sms-job-00000001");
  private static final RunId NEXT = new RunId("sms-run-00000002");
  private static final int SEVERITY = 40;
  private static final String STAGED =
      "staging/site/sms-job-00000001/sms-run-00000001/d-1/none/g-1/";
  private static final String DIGEST_LIST =
      "digests/site/sms-job-00000001/d-0123456789abcdef0/snap-0123456789abcdef0";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sweepsThatAreKilled_leaveNothing(long seed) throws IOException {
    Simulation simulation = new Simulation(seed, Fleet.START, Trace.off());
    Account account =
        new Account(
            simulation,
            Set.of(FaultKind.FUNCTIONS),
            Files.readString(Checkout.ROOT.resolve(Checkout.MACHINE)),
            1,
            SEVERITY,
            change -> {});
    Job job =
        TestJobs.job(
            1,
            Job.State.ACTIVE,
            null,
            new Job.NextRun(NEXT, Fleet.START.plus(Duration.ofDays(30))));
    State state = account.stateForOracle();
    assertThat(state.transaction().with(state.jobs().add(job)).commit()).isTrue();
    Run run = Run.pending(job, new RunId("sms-run-00000001"), Run.Type.AUTOMATIC, Fleet.START);
    state.transaction().with(state.runs().add(run)).commit();
    state.transaction().with(state.runs().fail(run, "Test", "stopped", null, Fleet.START)).commit();
    for (int extent = 0; extent < 3; extent++) {
      put(simulation, account, STAGED + ObjectKeys.extentText(extent));
    }
    put(simulation, account, DIGEST_LIST);
    TestJobs.schedule(account, "sms-job-00000001.sms-run-00000001");

    simulation.runUntil(Fleet.START.plus(Duration.ofHours(5)));

    assertThat(account.bucket().under("staging/")).isEmpty();
    assertThat(account.bucket().under("digests/")).isEmpty();
    assertThat(account.scheduler().standing().keySet())
        .containsExactly("Drover/" + JOB + "." + NEXT);
  }

  private static void put(Simulation simulation, Account account, String key) {
    S3Client s3 = account.clientsOf("connector", Link.UP).s3();
    var _ =
        simulation.start(
            "connector",
            () ->
                s3.putObject(
                    put -> put.bucket(Account.BUCKET).key(key), RequestBody.fromString("some")));
    simulation.runUntil(simulation.instant().plus(Duration.ofSeconds(1)));
  }
}
