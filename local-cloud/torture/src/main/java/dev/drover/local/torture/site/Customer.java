package dev.drover.local.torture.site;

import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.DeployedStack;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sms.SmsClient;
import software.amazon.awssdk.services.sms.model.ReplicationJob;
import software.amazon.awssdk.services.sms.model.ReplicationJobState;
import software.amazon.awssdk.services.sms.model.ReplicationRun;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;
import software.amazon.awssdk.services.sms.model.Server;

/**
 * Has one server replicated again and again: changes it, asks for a run, waits for the run's end,
 * and tells. A job that was deleted is followed by another.
 */
public final class Customer implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration CATALOG_LIMIT = Duration.ofMinutes(3);

  /** Between two runs, so that a fault may also meet a job at rest. */
  private static final Duration REST = Duration.ofSeconds(1);

  private static final int RECENT_AMIS = 3;

  private final Guest guest;
  private final SmsClient sms;
  private final boolean encrypted;
  private final Random random;
  private final Consumer<RunEnd> listener;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile String serverId = "";
  private volatile String vmId = "";
  private volatile String jobId = "";
  private volatile @Nullable Instant finishing;
  private volatile @Nullable RunInWork inWork;
  private volatile @Nullable RunEnd lastCompleted;
  private volatile @Nullable Throwable failure;
  private boolean isNew;
  private @Nullable Thread thread;

  /** The run that goes on now. */
  public record RunInWork(String jobId, String runId, Instant asked) {}

  /**
   * Of a server.
   *
   * @param encrypted whether its copies are, with the account's default key
   */
  public Customer(
      DeployedStack stack, Guest guest, boolean encrypted, long seed, Consumer<RunEnd> listener) {
    this.guest = guest;
    this.encrypted = encrypted;
    this.sms = stack.smsClient();
    this.random = new Random(seed);
    this.listener = listener;
  }

  public Guest guest() {
    return guest;
  }

  public String jobId() {
    return jobId;
  }

  /** Its newest run that completed. */
  public Optional<RunEnd> lastCompleted() {
    return Optional.ofNullable(lastCompleted);
  }

  /** The run that it waits for. */
  public Optional<RunInWork> inWork() {
    return Optional.ofNullable(inWork);
  }

  /** Finds its server, makes a job, and goes on until {@link #finish}. */
  public void start() {
    thread = Thread.ofVirtual().name("customer-" + guest.name()).start(this::work);
  }

  /**
   * Deletes the job, whatever it does just then; another is made when it has gone.
   *
   * @param after from now
   */
  public void deleteJob(Duration after) {
    Thread.ofVirtual()
        .name("deletion")
        .start(
            () -> {
              Pause.interruptibly(after);
              String job = jobId;
              patiently(
                  () -> {
                    sms.deleteReplicationJob(request -> request.replicationJobId(job));
                    return Optional.of(job);
                  });
            });
  }

  /** From now on one more run has to complete; then it is done. */
  public void finish() {
    finishing = Instant.now();
  }

  /**
   * Waits for that.
   *
   * @return whether it is done
   */
  public boolean awaitDone(Duration limit) {
    try {
      boolean inTime = done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
      Throwable thrown = failure;
      if (thrown != null) {
        throw new LocalCloudException(
            "The customer of " + guest.name() + " died: " + thrown, thrown);
      }
      return inTime;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while waiting for " + guest.name(), e);
    }
  }

  /** What its newest run says of itself, for a sentence. */
  public String state() {
    RunInWork run = inWork;
    if (run == null) {
      return guest.name() + " has no run";
    }
    return find(run)
        .map(
            found ->
                "%s of %s is %s: %s"
                    .formatted(
                        run.runId(), guest.name(), found.stateAsString(), found.statusMessage()))
        .orElse("nothing is known of " + run.runId() + " of " + guest.name());
  }

  private void work() {
    try {
      guest.change(random);
      Server server = server();
      serverId = String.valueOf(server.serverId());
      vmId = server.vmServer().vmServerAddress().vmId();
      jobId = createJob();
      while (true) {
        RunEnd end = run();
        if (end.state() == ReplicationRunState.DELETED) {
          awaitDeleted();
          Pause.interruptibly(REST);
          guest.change(random);
          // Its first run begins by itself: from here on nothing is changed until that has ended.
          jobId = createJob();
          continue;
        }
        listener.accept(end);
        if (end.state() == ReplicationRunState.COMPLETED) {
          lastCompleted = end;
        }
        Instant last = finishing;
        if (last != null
            && end.state() == ReplicationRunState.COMPLETED
            && end.asked().isAfter(last)) {
          return;
        }
        Pause.interruptibly(REST);
        guest.change(random);
      }
    } catch (LocalCloudException e) {
      if (!Thread.currentThread().isInterrupted()) {
        failure = e;
      }
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      done.countDown();
    }
  }

  /** One run from its start to its end. */
  private RunEnd run() {
    Instant asked = Instant.now();
    String job = jobId;
    String runId = patiently(isNew ? () -> firstRun(job) : () -> anotherRun(job));
    isNew = false;
    guest.asked(runId);
    RunInWork run = new RunInWork(job, runId, asked);
    inWork = run;
    ReplicationRun ended = patiently(() -> ended(run));
    inWork = null;
    return new RunEnd(
        guest,
        vmId,
        job,
        runId,
        asked,
        Instant.now(),
        ended.state(),
        text(ended.statusMessage()),
        text(ended.amiId()));
  }

  /** A job's first run begins by itself, because its time has come already. */
  private Optional<String> firstRun(String job) {
    return sms
        .getReplicationRunsPaginator(request -> request.replicationJobId(job))
        .replicationRunList()
        .stream()
        .map(ReplicationRun::replicationRunId)
        .findFirst();
  }

  private Optional<String> anotherRun(String job) {
    return Optional.of(
        sms.startOnDemandReplicationRun(request -> request.replicationJobId(job))
            .replicationRunId());
  }

  private Optional<ReplicationRun> ended(RunInWork run) {
    return find(run)
        .filter(
            found ->
                switch (found.state()) {
                  case COMPLETED, FAILED, MISSED, DELETED -> true;
                  case PENDING, ACTIVE, DELETING, UNKNOWN_TO_SDK_VERSION -> false;
                })
        .or(() -> isGone(run.jobId()) ? Optional.of(gone()) : Optional.empty());
  }

  private static ReplicationRun gone() {
    return ReplicationRun.builder().state(ReplicationRunState.DELETED).build();
  }

  private Optional<ReplicationRun> find(RunInWork run) {
    return sms
        .getReplicationRunsPaginator(request -> request.replicationJobId(run.jobId()))
        .replicationRunList()
        .stream()
        .filter(found -> run.runId().equals(found.replicationRunId()))
        .findFirst();
  }

  private boolean isGone(String job) {
    return job(job).filter(found -> found.state() != ReplicationJobState.DELETED).isEmpty();
  }

  private Optional<ReplicationJob> job(String job) {
    return sms.getReplicationJobsPaginator(request -> {}).replicationJobList().stream()
        .filter(found -> job.equals(found.replicationJobId()))
        .findFirst();
  }

  private void awaitDeleted() {
    String job = jobId;
    patiently(() -> isGone(job) ? Optional.of(job) : Optional.empty());
  }

  private String createJob() {
    isNew = true;
    return patiently(
        () ->
            Optional.of(
                sms.createReplicationJob(
                        request ->
                            request
                                .serverId(serverId)
                                .seedReplicationTime(Instant.now().minusSeconds(60))
                                .frequency(24)
                                .encrypted(encrypted)
                                .numberOfRecentAmisToKeep(RECENT_AMIS)
                                .description("torture"))
                    .replicationJobId()));
  }

  private Server server() {
    Instant deadline = Instant.now().plus(CATALOG_LIMIT);
    sms.importServerCatalog(request -> {});
    while (true) {
      Optional<Server> found =
          sms.getServersPaginator(request -> {}).serverList().stream()
              .filter(server -> server.vmServer() != null)
              .filter(server -> guest.name().equals(server.vmServer().vmName()))
              .filter(
                  server ->
                      guest.environment().equals(server.vmServer().vmServerAddress().vmManagerId()))
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      if (Instant.now().isAfter(deadline)) {
        throw new LocalCloudException(
            guest.name() + " is not in the catalog after " + CATALOG_LIMIT.toSeconds() + " s.");
      }
      Pause.interruptibly(POLL);
    }
  }

  /** Asks until there is an answer: what the API cannot say under a fault it says after it. */
  private static <T> T patiently(Supplier<Optional<T>> question) {
    while (true) {
      try {
        Optional<T> answer = question.get();
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (SdkException e) {
        // Asked again: the end of the torture has a limit for that.
      }
      Pause.interruptibly(POLL);
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public void close() {
    Thread working = thread;
    if (working != null) {
      working.interrupt();
    }
    sms.close();
  }
}
