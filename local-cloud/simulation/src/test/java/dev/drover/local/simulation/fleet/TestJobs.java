package dev.drover.local.simulation.fleet;

import dev.drover.functions.state.Job;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.kernel.Line;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ServerId;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;

/** Jobs and schedules as a test puts them into an account, past the functions. */
final class TestJobs {
  private TestJobs() {}

  /**
   * A daily job of a server of its own, in the environment {@code site}.
   *
   * @param number makes its id and the server's: {@code sms-job-00000001} is 1
   */
  static Job job(
      int number, Job.State state, @Nullable Instant firstRun, Job.@Nullable NextRun next) {
    return new Job(
        new JobId("sms-job-%08x".formatted(number)),
        new ServerId("s-%08x".formatted(number)),
        new EnvironmentName("site"),
        state,
        null,
        new Job.Schedule(Fleet.START, 24, false, next),
        new Job.Settings(null, null, null, 1, false, null),
        new Job.History(
            Fleet.START,
            new Job.Lifetime(firstRun, null, null),
            null,
            null,
            null,
            0,
            null,
            null,
            null));
  }

  /** A schedule of that name in the stack's group. */
  static void schedule(Account account, String name) {
    SchedulerClient client = account.scheduler().client(new NoLine());
    var _ =
        client.createSchedule(
            create ->
                create
                    .groupName("Drover")
                    .name(name)
                    .scheduleExpression("at(2026-12-23T00:00:00)")
                    .flexibleTimeWindow(window -> window.mode("OFF"))
                    .target(target -> target.arn("StartRun").roleArn("role").input("{}")));
  }

  private record NoLine() implements Line {
    @Override
    public <T> T call(String service, String operation, String about, Supplier<T> action) {
      return action.get();
    }
  }
}
