package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.drover.local.simulator.fault.CallCounts.CallCount;
import dev.drover.local.simulator.fault.FaultRule;
import dev.drover.local.simulator.fault.FaultRule.Refusal;
import dev.drover.local.simulator.fault.When;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ebs.model.EbsException;

final class FaultsTest extends CloudTest {
  private static final byte[] BLOCK = Cloud.block(1);

  @Test
  void refuse_everyThirdPut_throttlesThose() {
    String id = cloud.start(r -> {});
    cloud.simulator.replaceFaults(
        List.of(
            new FaultRule.Refuse(
                "PutSnapshotBlock", new When.EveryNth(3), Refusal.THROTTLE_ACCOUNT)));

    cloud.put(id, 0, BLOCK);
    cloud.put(id, 1, BLOCK);
    assertEbsError("ThrottlingException", 400, () -> cloud.put(id, 2, BLOCK));
    cloud.put(id, 2, BLOCK);

    assertThat(cloud.simulator.calls()).containsEntry("PutSnapshotBlock", new CallCount(4, 3));
  }

  @Test
  void refuse_once_isTheNthCallOnly() {
    String id = cloud.start(r -> {});
    cloud.simulator.replaceFaults(
        List.of(
            new FaultRule.Refuse("PutSnapshotBlock", new When.Nth(1), Refusal.THROTTLE_SNAPSHOT),
            new FaultRule.Refuse("DescribeSnapshots", new When.Nth(1), Refusal.SERVER_ERROR)));

    assertEbsError("RequestThrottledException", 400, () -> cloud.put(id, 0, BLOCK));
    cloud.put(id, 0, BLOCK);
    assertEc2Error("InternalError", () -> cloud.ec2.describeSnapshots(r -> {}));
    cloud.ec2.describeSnapshots(r -> {});
  }

  @Test
  void hideNew_untilItsTime_findsNoSnapshotInPuts() {
    cloud.simulator.replaceFaults(List.of(new FaultRule.HideNew(120_000)));
    String id = cloud.start(r -> {});

    assertEbsError("ResourceNotFoundException", 404, () -> cloud.put(id, 0, BLOCK));
    cloud.passTime(Duration.ofMinutes(2));
    cloud.put(id, 0, BLOCK);
  }

  @Test
  void limitPending_withAsManyPending_refusesAnother() {
    cloud.simulator.replaceFaults(List.of(new FaultRule.LimitPending(1)));
    cloud.start(r -> {});

    assertEbsError("ConcurrentLimitExceededException", 400, () -> cloud.start(r -> {}));
    cloud.simulator.replaceFaults(List.of());
    cloud.start(r -> {});
  }

  @Test
  void disableKeys_ofEncryptedSnapshots_refusesStartsAndPuts() {
    String encrypted = cloud.start(r -> r.encrypted(true));
    String plain = cloud.start(r -> {});
    cloud.simulator.replaceFaults(List.of(new FaultRule.DisableKeys()));

    assertEbsError("ValidationException", 400, () -> cloud.put(encrypted, 0, BLOCK));
    assertEbsError("ValidationException", 400, () -> cloud.start(r -> r.encrypted(true)));
    cloud.put(plain, 0, BLOCK);
    cloud.simulator.replaceFaults(List.of());
    cloud.put(encrypted, 0, BLOCK);
  }

  @Test
  void cancel_ofAPendingSnapshot_endsItAsItsTimeoutWould() throws IOException {
    String id = cloud.start(r -> {});

    assertThat(cloud.simulator.cancel(id)).isTrue();

    assertThat(cloud.ec2.describeSnapshots(r -> r.snapshotIds(id)).snapshots().getFirst())
        .satisfies(snapshot -> assertThat(snapshot.stateAsString()).isEqualTo("error"))
        .satisfies(
            snapshot -> assertThat(snapshot.stateMessage()).contains("No block was written for"));
    assertEbsError("ValidationException", 400, () -> cloud.put(id, 0, BLOCK));
    assertThat(cloud.simulator.cancel(id)).isFalse();
  }

  @Test
  void loseAnswer_ofStart_hasStartedTheSnapshot() {
    cloud.simulator.replaceFaults(
        List.of(new FaultRule.LoseAnswer("StartSnapshot", new When.FirstCalls(1))));

    assertEbsError("InternalServerException", 500, () -> cloud.start(r -> r.clientToken("token")));
    cloud.start(r -> r.clientToken("token"));

    assertThat(cloud.ec2.describeSnapshots(r -> {}).snapshots()).hasSize(1);
  }

  @Test
  void delayVisibility_hidesEachNewSnapshotFromItsFirstPuts() {
    cloud.simulator.replaceFaults(List.of(new FaultRule.DelayVisibility(2)));
    String id = cloud.start(r -> {});

    assertEbsError("ResourceNotFoundException", 404, () -> cloud.put(id, 0, BLOCK));
    assertEbsError("ResourceNotFoundException", 404, () -> cloud.put(id, 0, BLOCK));
    cloud.put(id, 0, BLOCK);
  }

  @Test
  void chance_withTheSameSeed_strikesTheSameCalls() {
    FaultRule rule =
        new FaultRule.Refuse("PutSnapshotBlock", new When.Chance(0.5), Refusal.SERVER_ERROR);
    String id = cloud.start(r -> {});

    cloud.simulator.replaceFaults(List.of(rule));
    List<Boolean> first = struck(id);
    cloud.simulator.replaceFaults(List.of(rule));

    assertThat(struck(id)).isEqualTo(first).contains(true, false);
  }

  @Test
  void faults_overHttp_replaceOnesBefore() throws IOException, InterruptedException {
    String rules =
        """
        [{"fault":"refuse","operation":"StartSnapshot","when":{"nth":1},"refusal":"SERVER_ERROR"},
         {"fault":"lose-answer","operation":"PutSnapshotBlock","when":{"everyNth":2}},
         {"fault":"delay-visibility","puts":3}]""";
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      assertThat(wire.post("/_drover/faults", rules).statusCode()).isEqualTo(200);
      assertThat(cloud.simulator.faults())
          .isEqualTo(
              List.of(
                  new FaultRule.Refuse("StartSnapshot", new When.Nth(1), Refusal.SERVER_ERROR),
                  new FaultRule.LoseAnswer("PutSnapshotBlock", new When.EveryNth(2)),
                  new FaultRule.DelayVisibility(3)));
      assertThat(wire.post("/_drover/faults", "[]").statusCode()).isEqualTo(200);
      assertThat(cloud.simulator.faults()).isEmpty();
      for (String wrong :
          List.of(
              "{",
              "[{\"fault\":\"fire\"}]",
              "[{\"fault\":\"refuse\",\"operation\":\"X\",\"when\":{\"nth\":0}}]",
              "[{\"fault\":\"lose-answer\",\"operation\":\"X\"}]")) {
        assertThat(wire.post("/_drover/faults", wrong).statusCode()).as(wrong).isEqualTo(400);
      }
    }
  }

  @Test
  void admin_healthCallsExportAndReset() throws IOException, InterruptedException {
    String id = cloud.completed(r -> {}, blocks(0));
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      assertThat(wire.get("/_drover/health").statusCode()).isEqualTo(200);
      assertThat(Wire.text(wire.get("/_drover/calls")))
          .contains("\"PutSnapshotBlock\":{\"calls\":1,\"succeeded\":1}")
          .contains("\"" + id + "\":{\"puts\":1,\"blocks\":1}");
      HttpResponse<byte[]> export = wire.get("/_drover/export/" + id + "?bytes=524288");
      assertThat(export.body()).isEqualTo(Cloud.block(0));
      assertThat(wire.get("/_drover/export/" + id + "?bytes=-1").statusCode()).isEqualTo(400);
      assertThat(wire.get("/_drover/export/snap-0").statusCode()).isEqualTo(404);
      assertThat(wire.post("/_drover/reset", "").statusCode()).isEqualTo(200);
    }
    assertThat(cloud.ec2.describeSnapshots(r -> {}).snapshots()).isEmpty();
  }

  @Test
  void export_snapshotThatIsNotCompleted_isRefusedWithItsState()
      throws IOException, InterruptedException {
    String id = cloud.start(r -> r.timeout(10));
    cloud.put(id, 0, BLOCK);
    try (Wire wire = new Wire(cloud.simulator.endpoint())) {
      HttpResponse<byte[]> pending = wire.get("/_drover/export/" + id + "?bytes=524288");
      assertThat(pending.statusCode()).isEqualTo(409);
      assertThat(Wire.text(pending)).isEqualTo("pending\n");
      cloud.passTime(Duration.ofMinutes(11));
      HttpResponse<byte[]> error = wire.get("/_drover/export/" + id);
      assertThat(error.statusCode()).isEqualTo(409);
      assertThat(Wire.text(error)).isEqualTo("error\n");
    }
  }

  /** As on a full disk: /dev/full refuses every byte with ENOSPC. */
  @Test
  void put_fullDisk_namesServicePlaceAndRemedy() throws IOException {
    String id = cloud.start(r -> {});
    Path data = directory.resolve("data");
    Path blocks = data.resolve("snapshots/" + id + "/blocks");
    Files.createDirectories(blocks.getParent());
    Files.deleteIfExists(blocks);
    Files.createSymbolicLink(blocks, Path.of("/dev/full"));

    EbsException full = catchThrowableOfType(EbsException.class, () -> cloud.put(id, 0, BLOCK));

    assertThat(full.statusCode()).isEqualTo(500);
    assertThat(full.awsErrorDetails().errorMessage())
        .isEqualTo(
            "The disk of the local cloud is full, so the EBS simulator could not write to "
                + data
                + ": free space there, then start the run again.");
  }

  private List<Boolean> struck(String id) {
    return IntStream.range(0, 16).mapToObj(_ -> isStruck(id)).toList();
  }

  private boolean isStruck(String id) {
    try {
      cloud.put(id, 0, BLOCK);
      return false;
    } catch (EbsException struck) {
      return true;
    }
  }
}
