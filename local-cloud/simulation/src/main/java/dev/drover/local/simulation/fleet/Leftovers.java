package dev.drover.local.simulation.fleet;

import dev.drover.functions.job.JobEnd;
import dev.drover.functions.state.Job;
import dev.drover.functions.state.State;
import dev.drover.local.simulation.aws.Account;
import dev.drover.local.simulation.aws.Bucket;
import dev.drover.local.simulation.kernel.Simulation;
import dev.drover.protocol.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What outlives its reason outside of EBS and S3 (promise 6), jobs that outlive their 90 days
 * (promise 7), and segments that are sent although they are there (promise 4).
 */
final class Leftovers {
  /** Jobs are looked after each hour. */
  private static final Duration TIDY_WITHIN = Duration.ofHours(3);

  private static final Pattern RUN = Pattern.compile("sms-run-[0-9a-f]+");

  /** {@code Drover/sms-job-….sms-run-…}. */
  private static final Pattern SCHEDULE =
      Pattern.compile("[^/]+/(?<job>sms-job-[0-9a-f]+)[.](?<run>sms-run-[0-9a-f]+)");

  /** {@code staging/<environment>/<job>/<run>/<disk>/…/<extent>}. */
  private static final Pattern SEGMENT = Pattern.compile("staging/([^/]+)/[^/]+/([^/]+)/.*/[0-9]+");

  private static final String CLEAN_UP = "\"type\":\"clean-up\"";

  /** Between the listing of what is there and the plan that is made of it. */
  private static final Duration PLANNING = Duration.ofMinutes(5);

  private final Simulation simulation;
  private final Account account;
  private final State state;
  private final Function<String, Instant> endOfRun;
  private final Books.Judgement judgement;
  private final Map<String, Instant> withoutReasonSince = new HashMap<>();

  /**
   * Of an account.
   *
   * @param endOfRun when a run's execution ended; never: {@link Instant#MAX}
   */
  Leftovers(
      Simulation simulation,
      Account account,
      Function<String, Instant> endOfRun,
      Books.Judgement judgement) {
    this.simulation = simulation;
    this.account = account;
    this.state = account.stateForOracle();
    this.endOfRun = endOfRun;
    this.judgement = judgement;
  }

  void look() {
    account.scheduler().standing().keySet().forEach(this::schedule);
    account.queues().standing().forEach(this::message);
    state.jobs().list().forEach(this::lifetime);
    account.bucket().takeSentAgain().forEach(this::sentAgain);
  }

  /** A schedule wakes its job for the run that is next. */
  private void schedule(String key) {
    Matcher names = SCHEDULE.matcher(key);
    if (!names.matches()) {
      judgement.violated(6, "schedule-left", "the schedule " + key + " is nobody's");
      return;
    }
    Optional<Job.NextRun> next =
        state
            .jobs()
            .find(new JobId(names.group("job")))
            .filter(job -> !job.state().isEnded())
            .map(job -> job.schedule().next());
    if (next.isPresent() && next.get().id().value().equals(names.group("run"))) {
      withoutReasonSince.remove(key);
    } else if (isLongAgo(withoutReasonSince.computeIfAbsent(key, k -> simulation.instant()))) {
      judgement.violated(6, "schedule-left", "the schedule " + key + " wakes nobody");
    }
  }

  /** That a run has ended is told again for a day, and each time waits for an hour. */
  private void message(String body) {
    Matcher run = RUN.matcher(body);
    if (!body.contains(CLEAN_UP) && run.find() && isLongAgo(endOfRun.apply(run.group()))) {
      judgement.violated(6, "message-left", "a message of " + run.group() + " waits for nobody");
    }
  }

  private void lifetime(Job job) {
    Job.Lifetime lifetime = job.history().lifetime();
    if (job.history().activeRunId() == null
        && job.state().mayRunOnDemand()
        && lifetime.end().filter(this::isLongAgo).isPresent()) {
      judgement.violated(
          7,
          "job-outlives-its-time",
          job.id() + " is " + job.state() + ", its first run was at " + lifetime.firstRunAt());
    }
    if (job.state().mayRunOnDemand()
        && lifetime.end().map(end -> end.minus(JobEnd.WARNING)).filter(this::isLongAgo).isPresent()
        && account.events().stream().noneMatch(put -> put.detail().contains(job.id().value()))) {
      judgement.violated(
          7, "end-unannounced", "nobody was told that " + job.id() + " ends " + lifetime.end());
    }
  }

  /**
   * The key has the generation: the snapshot of the VM stood. What was put after the plan was made
   * may be on its way twice, by a connector that does not know yet that it was replaced.
   */
  private void sentAgain(Bucket.SentAgain sent) {
    Matcher names = SEGMENT.matcher(sent.key());
    if (!names.matches()) {
      return;
    }
    String plans = "tasks/" + names.group(1) + "/" + names.group(2) + "/";
    boolean isPlanned =
        account.bucket().under(plans).values().stream()
            .map(Bucket.Stored::lastModified)
            .filter(made -> made.isBefore(sent.again()))
            .anyMatch(made -> sent.known().isBefore(made.minus(PLANNING)));
    if (isPlanned) {
      judgement.violated(
          4,
          "durable-sent-again",
          names.group(2) + " sent segments again that were there before its plan was made");
    }
  }

  private boolean isLongAgo(Instant time) {
    return !time.equals(Instant.MAX) && time.plus(TIDY_WITHIN).isBefore(simulation.instant());
  }
}
