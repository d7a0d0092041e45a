package dev.drover.functions.run;

import dev.drover.functions.account.TransientException;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.ExecutionInput;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.Run;
import dev.drover.functions.state.RunDisk;
import dev.drover.functions.state.RunExecution;
import dev.drover.functions.state.RunReference;
import dev.drover.functions.state.State;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.message.MessageJson;
import dev.drover.protocol.message.TaskResult;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first step of an execution: the run is at work, and its job with it. */
final class RunBegin {
  private final State state;
  private final InstantSource clock;
  private final EventLog log;

  RunBegin(State state, InstantSource clock, EventLog log) {
    this.state = state;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Whether the execution goes on, and from where.
   *
   * @param proceed false when the run has ended already, or another execution has it
   * @param pass how often what is missing is asked for with it, from 1
   * @param sent what a connector has sent to its end; null: one has still to be asked
   */
  record Answer(boolean proceed, EnvironmentName environment, int pass, @Nullable Sent sent) {}

  /**
   * A run whose disks were all sent.
   *
   * @param attempt the newest
   */
  record Sent(int attempt, TaskResult result) {}

  Answer begin(ExecutionInput input) {
    RunExecution self = input.self();
    RunReference reference = self.run();
    Job job =
        state.jobs().find(reference.jobId()).orElseThrow(() -> new UnknownRunException(reference));
    Run run = find(reference);
    if (run.course().execution() == self.execution() - 1) {
      // The one before hands over. That it died, and another was told so, comes to the same.
      state.runs().nextExecution(run.execution());
      run = find(reference);
    }
    if (run.state() == Run.State.PENDING && run.execution().equals(self)) {
      toActive(self);
      run = find(reference);
    }
    boolean proceed = run.state() == Run.State.ACTIVE && run.execution().equals(self);
    int known = Math.max(1, run.handOver().pass());
    int pass = input.pass() == null ? known : Math.max(known, input.pass());
    return new Answer(proceed, job.environment(), pass, proceed ? sent(run, input) : null);
  }

  /**
   * What an earlier execution saw sent to its end: the connector need not be asked again, and it
   * could not say it again, because the VM snapshot is gone.
   */
  private @Nullable Sent sent(Run run, ExecutionInput input) {
    Generation generation = run.handOver().generation();
    List<RunDisk> disks = state.disks().list(run.id());
    List<TaskResult.ManifestKey> manifests = new ArrayList<>();
    for (RunDisk disk : disks) {
      String key = disk.manifestKey();
      if (key != null && disk.generation().equals(generation)) {
        manifests.add(new TaskResult.ManifestKey(disk.diskId(), key));
      }
    }
    boolean wantsMore = input.pass() != null;
    return wantsMore || generation == null || manifests.isEmpty() || manifests.size() < disks.size()
        ? null
        : new Sent(
            run.handOver().attempt(), new TaskResult(MessageJson.VERSION, generation, manifests));
  }

  private void toActive(RunExecution self) {
    RunReference reference = self.run();
    Instant now = clock.instant();
    boolean begun =
        state
            .transaction()
            .with(state.runs().begin(self, now))
            .with(state.jobs().begin(reference, now))
            .commit();
    if (begun) {
      log.event("run-begun", reference.logFields());
    } else if (find(reference).state() == Run.State.PENDING) {
      throw new TransientException(
          "run " + reference.runId() + " is not its job's active run, or the job has ended");
    }
  }

  private Run find(RunReference reference) {
    return state.runs().find(reference).orElseThrow(() -> new UnknownRunException(reference));
  }
}
