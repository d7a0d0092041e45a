package dev.drover.functions.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.functions.account.InMemoryEvents;
import dev.drover.functions.account.TransientException;
import dev.drover.functions.state.Job;
import dev.drover.functions.world.World;
import dev.drover.protocol.JobId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long a job serves, and how people learn that it ends. */
final class JobExtensionTest {
  private static final Duration BEFORE_WARNING = JobEnd.LIFETIME.minus(JobEnd.WARNING);

  private final World world = World.withServer();

  /** A job that had its first run at the start; its end is 90 days after that. */
  private JobId jobThatRan() {
    Job job = world.hourlyJob(Duration.ZERO);
    world.publish(job.id(), "ami-1");
    return job.id();
  }

  private void sweepAfter(Duration duration) {
    world.pass(duration);
    world.see(World.CONNECTOR);
    world.starter.advanceAll(world.instant());
  }

  /** Ends the run that the sweep took, so that only the job's time says what becomes of it. */
  private void endRun(JobId id) {
    world.publish(id, "ami-2");
  }

  @Test
  void warning_sevenDaysBeforeTheEnd_isOneEvent() {
    JobId id = jobThatRan();
    sweepAfter(BEFORE_WARNING.minusSeconds(1));
    assertThat(world.events.put).isEmpty();

    sweepAfter(Duration.ofSeconds(1));
    sweepAfter(Duration.ofHours(1));
    sweepAfter(Duration.ofDays(6));

    assertThat(world.events.put)
        .containsExactly(
            new InMemoryEvents.Put(
                "Drover Replication Job Ends Soon",
                Map.of(
                    "replicationJobId",
                    id.value(),
                    "serverId",
                    World.SERVER.value(),
                    "endTime",
                    "2027-02-21T14:00:00Z",
                    "message",
                    "The job ends at 2027-02-21T14:00:00Z, 90 days after its first run; its AMIs"
                        + " are kept. To go on longer, call Drover_V1.ExtendReplicationJob.")));
    assertThat(world.log()).containsOnlyOnce("job-ends-soon");
  }

  @Test
  void warning_ofAJobThatNeverRanOrWasDeleted_isNone() {
    Job unbegun = world.hourlyJob(Duration.ofDays(200));
    sweepAfter(JobEnd.LIFETIME.minusDays(3));
    assertThat(world.job(unbegun.id()).state()).isEqualTo(Job.State.PENDING);
    world.starter.delete(unbegun.id());
    sweepAfter(Duration.ofDays(1));
    assertThat(world.events.put).isEmpty();
  }

  @Test
  void warning_busDoesNotAnswer_comesWithTheNextSweep() {
    JobId id = jobThatRan();
    world.events.fail(true);
    assertThatThrownBy(() -> sweepAfter(BEFORE_WARNING)).isInstanceOf(TransientException.class);
    assertThat(world.job(id).history().lifetime().warnedOfEnd()).isNull();
    // What the sweep is for was done all the same.
    assertThat(world.executions.started).hasSize(2);

    world.events.fail(false);
    sweepAfter(Duration.ofHours(1));

    assertThat(world.events.put).hasSize(1);
  }

  @Test
  void extend_afterTheWarning_movesTheEndAndWarnsAgain() {
    JobId id = jobThatRan();
    sweepAfter(BEFORE_WARNING);
    endRun(id);

    assertThat(world.extension.extend(id, 120)).isInstanceOf(JobExtension.Outcome.Extended.class);
    sweepAfter(Duration.ofDays(8));
    endRun(id);
    assertThat(world.job(id).state()).isEqualTo(Job.State.ACTIVE);
    assertThat(world.events.put).hasSize(1);
    sweepAfter(Duration.ofDays(22));
    endRun(id);
    assertThat(world.events.put).hasSize(2);
    assertThat(world.events.put.getLast().detail())
        .containsEntry("endTime", "2027-03-23T14:00:00Z");

    sweepAfter(Duration.ofDays(7));

    assertThat(world.job(id).state()).isEqualTo(Job.State.DELETED);
    assertThat(world.job(id).statusMessage()).contains("it ends 120 days after its first run");
  }

  @Test
  void extend_timeIsOverButARunIsAtWork_goesOnWithItsSchedule() {
    JobId id = world.hourlyJob(Duration.ZERO).id();
    world.begin(id);
    sweepAfter(JobEnd.LIFETIME);
    world.schedule.standing.clear();

    assertThat(world.extension.extend(id, 91)).isInstanceOf(JobExtension.Outcome.Extended.class);

    assertThat(world.schedule.standing).hasSize(1);
  }

  @Test
  void extend_theSameTwice_changesNothing() {
    JobId id = jobThatRan();
    world.extension.extend(id, 120);
    Job once = world.job(id);

    assertThat(world.extension.extend(id, 120)).isEqualTo(new JobExtension.Outcome.Extended(once));
    assertThat(world.log()).containsOnlyOnce("job-extended");
  }
}
