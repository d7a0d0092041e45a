package dev.drover.local.torture.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.local.launcher.cloud.LocalCloudException;
import dev.drover.local.launcher.cloud.Pause;
import dev.drover.local.launcher.stack.DroverApi;
import dev.drover.local.torture.fault.FaultKind;
import dev.drover.local.torture.fault.Poison;
import dev.drover.local.torture.site.Account;
import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.site.DiskContent;
import dev.drover.local.torture.site.RunEnd;
import dev.drover.local.torture.site.TorturedCloud;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ec2.model.Snapshot;
import software.amazon.awssdk.services.sms.model.ReplicationRunState;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Holds the promises against what is. It reaches the account past every proxy, knows what each
 * capture held, and changes nothing before it looks at the end, when it has done what comes each
 * hour.
 */
public final class Oracle implements AutoCloseable {
  /** By these what is there is not what was sent. */
  private static final Set<FaultKind> SPOIL =
      Set.of(FaultKind.SEGMENTS_CORRUPTED, FaultKind.PLAN_CORRUPTED);

  /** What the stack calls each hour. */
  private static final List<String> HOURLY =
      List.of("Drover-StartRun", "Drover-SweepLeftovers", "Drover-DeadLetters");

  private static final int MOST_READINGS = 5;
  private static final Duration BETWEEN_READINGS = Duration.ofSeconds(5);

  private static final Duration EXECUTION_END = Duration.ofMinutes(2);

  private static final SdkBytes NOTHING = SdkBytes.fromUtf8String("{}");
  private static final int MOST_SWEEPS = 6;
  private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);
  private static final int MOST_MESSAGES = 10;

  /** Longer than it takes to read them all. */
  private static final int UNSEEN_SECONDS = 120;

  private final TorturedCloud cloud;
  private final Account account;
  private final FaultLog faults;
  private final Consumer<String> progress;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Violation> violations = new ArrayList<>();
  private final Secrets secrets = new Secrets();
  private final SentAgain sentAgain;
  private final List<Imported> imported = new ArrayList<>();
  private long imagesVerified;

  /** An AMI that VM Import made, on which snapshots it stands, and what they have to be. */
  private record Imported(
      RunEnd run, Map<String, Snapshot> made, Map<String, DiskContent> capture) {}

  public Oracle(TorturedCloud cloud, FaultLog faults, Consumer<String> progress) {
    this.cloud = cloud;
    this.account = cloud.account();
    this.faults = faults;
    this.progress = progress;
    this.sentAgain = new SentAgain(InstantSource.system(), this::sentAgain);
    cloud.services().watch(sentAgain.witness());
  }

  /** Sees what a connector does from now on. */
  public void watch(Connector connector) {
    secrets.add(connector.secretKey());
    connector.proxy().watch(secrets.witness());
    connector.proxy().watch(sentAgain.witness());
  }

  /** What must never be in a log. */
  public void guard(String secret) {
    secrets.add(secret);
  }

  /** What was found to be spoilt is sent again rightly. */
  private void sentAgain(String sentence) {
    Instant now = Instant.now();
    if (faults.during(now, now).stream().noneMatch(SPOIL::contains)) {
      violated("durable-sent-again", sentence, now);
    }
  }

  /** What was found, oldest first. */
  public synchronized List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** How many AMIs were compared with what their captures held. */
  public synchronized long imagesVerified() {
    return imagesVerified;
  }

  /** How many of them VM Import made. */
  public synchronized long importsVerified() {
    return imported.size();
  }

  /** A run ended; its server stays as it is until this returns. */
  public void ended(RunEnd run) {
    if (run.state() == ReplicationRunState.COMPLETED) {
      verify(run);
    } else if (run.state() == ReplicationRunState.FAILED) {
      judge(run);
    }
  }

  /** A failure has a fault's name, or is one too many. */
  private void judge(RunEnd run) {
    boolean excused =
        faults.during(run.asked(), run.ended()).stream()
            .anyMatch(kind -> kind.excuses(run.message()));
    if (!excused) {
      violated(
          "run-failed",
          run.runId()
              + " of "
              + run.guest().name()
              + " failed, and no fault explains it: "
              + run.message(),
          run.asked());
    }
  }

  private void verify(RunEnd run) {
    List<Map<String, DiskContent>> captures = run.guest().captures(run.vmId(), run.runId());
    AmiSnapshots snapshots = AmiSnapshots.of(account.ec2(), run.amiId());
    if (snapshots.isImported() != run.guest().isImported()) {
      violated(
          "wrongly-made",
          "%s of %s (%s) is %s VM Import"
              .formatted(
                  run.runId(),
                  run.guest().name(),
                  run.amiId(),
                  snapshots.isImported() ? "of" : "not of"),
          run.asked());
    }
    if (captures.isEmpty()) {
      violated(
          "content-unknown", run.runId() + " is completed, and nothing was captured", run.asked());
      return;
    }
    List<String> differences = new ArrayList<>();
    for (Map<String, DiskContent> capture : captures.reversed()) {
      String difference = difference(snapshots, capture);
      if (difference.isEmpty()) {
        verified(run, snapshots, capture);
        return;
      }
      differences.add(difference);
    }
    violated(
        "content-differs",
        "%s of %s (%s): %s"
            .formatted(
                run.runId(), run.guest().name(), run.amiId(), String.join("; ", differences)),
        run.asked());
  }

  private synchronized void verified(
      RunEnd run, AmiSnapshots snapshots, Map<String, DiskContent> capture) {
    imagesVerified++;
    if (snapshots.isImported()) {
      imported.add(new Imported(run, snapshots.made(), capture));
    }
  }

  /** The copies first, which may be deleted later; then what was made of them. */
  private String difference(AmiSnapshots snapshots, Map<String, DiskContent> capture) {
    String difference = difference(snapshots.copies(), capture);
    return difference.isEmpty() && snapshots.isImported()
        ? difference(snapshots.made(), capture)
        : difference;
  }

  private String difference(Map<String, Snapshot> snapshots, Map<String, DiskContent> capture) {
    if (!snapshots.keySet().equals(capture.keySet())) {
      return "it has the disks " + snapshots.keySet() + ", the server has " + capture.keySet();
    }
    for (Map.Entry<String, DiskContent> disk : capture.entrySet()) {
      Snapshot snapshot = Objects.requireNonNull(snapshots.get(disk.getKey()));
      String difference = difference(snapshot, disk.getValue());
      if (!difference.isEmpty()) {
        return snapshot.snapshotId() + " of disk " + disk.getKey() + ": " + difference;
      }
    }
    return "";
  }

  /**
   * How a snapshot differs from a disk; empty if it does not. What cannot be read to its end is
   * read again: the simulator may have been killed meanwhile.
   */
  private String difference(Snapshot snapshot, DiskContent disk) {
    String unread = "";
    for (int reading = 0; reading < MOST_READINGS; reading++) {
      try {
        return read(snapshot, disk);
      } catch (IOException e) {
        // The simulator ends an answer whose blocks it does not know again.
        unread = "it cannot be read to its end: " + e.getMessage();
        Pause.interruptibly(BETWEEN_READINGS);
      }
    }
    return unread;
  }

  private String read(Snapshot snapshot, DiskContent disk) throws IOException {
    String snapshotId = snapshot.snapshotId();
    URI export = URI.create(cloud.stack().cloud().ebsUrl() + "/_drover/export/" + snapshotId);
    try {
      HttpResponse<InputStream> response =
          http.send(
              HttpRequest.newBuilder(export).build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream volume = response.body()) {
        return response.statusCode() == 200
            ? disk.difference(volume, Boolean.TRUE.equals(snapshot.encrypted()))
            : "it cannot be exported: " + response.statusCode();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalCloudException("Interrupted while comparing " + snapshotId, e);
    }
  }

  /** After everything had time to end, and no fault is left. */
  public void lookAtTheEnd() {
    executions();
    tidyUp();
    imported();
    staging();
    pendingSnapshots();
    leftovers()
        .forEach(
            leftover ->
                violated(
                    "leftover",
                    leftover.path("leftoverId").asText() + ": " + leftover.path("reason").asText(),
                    Instant.now()));
    deadLetters();
    secrets
        .foundIn(cloud.stack().cloud().home().resolve("logs"))
        .forEach(sentence -> violated("secret-in-log", sentence, Instant.now()));
  }

  /** What comes each hour comes now, until nothing is left or it had its chance. */
  private void tidyUp() {
    for (int times = 0; times < MOST_SWEEPS; times++) {
      for (String function : HOURLY) {
        account.lambda().invoke(request -> request.functionName(function).payload(NOTHING));
      }
      removeImportedCopies();
      if (leftovers().isEmpty() && account.objects("staging/").isEmpty()) {
        return;
      }
      Pause.interruptibly(BETWEEN_SWEEPS);
    }
  }

  /**
   * The sweep lets copies that VM Import made an AMI of be until they are an hour old, when they
   * are no base any more, and then their digest lists; here somebody asks for the removal of both
   * before that. What becomes a leftover by it is there the next time.
   */
  private void removeImportedCopies() {
    Set<String> copies = AmiSnapshots.copiesOfAllImports(account.ec2());
    DroverApi api = new DroverApi(cloud.stack().apiUrl());
    for (JsonNode leftover : leftovers()) {
      String id = leftover.path("leftoverId").asText();
      if (copies.contains(id.substring(id.lastIndexOf('/') + 1))) {
        ObjectNode request = new ObjectMapper().createObjectNode().put("leftoverId", id);
        try {
          api.call("RemoveLeftovers", request.toString());
        } catch (LocalCloudException e) {
          violated("leftover-stays", id + " is not removed: " + e.getMessage(), Instant.now());
        }
      }
    }
  }

  /** An AMI that VM Import made needs the copies no more: what stands of it is as it was. */
  private void imported() {
    List<Imported> all;
    synchronized (this) {
      all = List.copyOf(imported);
    }
    for (Imported one : all) {
      String amiId = one.run().amiId();
      if (account.hasImage(amiId)) {
        String difference = difference(one.made(), one.capture());
        if (!difference.isEmpty()) {
          violated(
              "content-differs",
              "%s of %s (%s), when its copies may be gone: %s"
                  .formatted(one.run().runId(), one.run().guest().name(), amiId, difference),
              one.run().asked());
        }
      }
    }
  }

  /** What could not be done is nothing but poison. */
  private void deadLetters() {
    for (String queueUrl : cloud.deadLetterQueueUrls()) {
      List<Message> messages;
      do {
        messages =
            account
                .sqs()
                .receiveMessage(
                    request ->
                        request
                            .queueUrl(queueUrl)
                            .maxNumberOfMessages(MOST_MESSAGES)
                            .visibilityTimeout(UNSEEN_SECONDS))
                .messages();
        for (Message message : messages) {
          if (!message.body().contains(Poison.MARK)) {
            violated("dead-letter", queueUrl + " has " + message.body(), Instant.now());
          }
        }
      } while (!messages.isEmpty());
    }
  }

  private void staging() {
    account
        .objects("staging/")
        .forEach(object -> violated("staging-left", object.key() + " is left", Instant.now()));
  }

  private void pendingSnapshots() {
    account
        .pendingSnapshots()
        .forEach(
            snapshot ->
                violated(
                    "pending-snapshot-left",
                    snapshot.snapshotId() + " is pending still, tags " + snapshot.tags(),
                    Instant.now()));
  }

  /** A run is completed before its execution has pruned older AMIs: that gets the time for it. */
  private void executions() {
    Instant limit = Instant.now().plus(EXECUTION_END);
    while (!account.runningExecutions().isEmpty() && Instant.now().isBefore(limit)) {
      Pause.interruptibly(BETWEEN_READINGS);
    }
    account
        .runningExecutions()
        .forEach(
            execution ->
                violated("execution-left", execution.name() + " goes on still", Instant.now()));
  }

  private List<JsonNode> leftovers() {
    ObjectNode request = new ObjectMapper().createObjectNode();
    List<JsonNode> leftovers = new ArrayList<>();
    new DroverApi(cloud.stack().apiUrl())
        .pages("Audit", request, page -> page.path("leftovers").forEach(leftovers::add));
    return leftovers;
  }

  /** Notes a broken promise. */
  public synchronized void violated(String kind, String sentence, Instant since) {
    List<String> log = LogLines.about(sentence, cloud.stack().cloud().home().resolve("logs"));
    List<String> suspects =
        faults.during(since, Instant.now()).stream().map(FaultKind::toString).toList();
    violations.add(new Violation(kind, sentence, Instant.now(), suspects, log));
    progress.accept("VIOLATION " + kind + ": " + sentence);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
