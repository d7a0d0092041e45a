package dev.drover.connector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.connector.site.WatchedDisk;
import dev.drover.connector.task.FailureCode;
import dev.drover.connector.task.TaskFailure;
import dev.drover.protocol.Digest;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtentWorkersTest {
  private static final int SEGMENT_BYTES = 1 << 20;

  @TempDir Path folder;

  @Test
  void giveBack_spilled_isReadyForTheNextExtent() {
    WatchedDisk disk = new WatchedDisk(folder);
    try (ExtentWorkers workers = workers(disk)) {
      for (int i = 0; i < 2; i++) {
        ExtentWorkers.Worker worker = workers.lease();
        assertThat(worker.segment().isEmpty()).isTrue();
        addNoise(worker);
        workers.giveBack(worker);
      }
      assertThat(disk.openFiles()).isEqualTo(1);
      assertThat(folder.resolve("segments")).isEmptyDirectory();
    }
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void addData_diskThatTakesNothing_isAFailureOfTheState() {
    WatchedDisk disk = new WatchedDisk(folder);
    disk.fail();
    try (ExtentWorkers workers = workers(disk)) {
      ExtentWorkers.Worker worker = workers.lease();
      assertThatThrownBy(() -> addNoise(worker))
          .isInstanceOfSatisfying(
              UncheckedIOException.class,
              e ->
                  assertThat(TaskFailure.of(e))
                      .isEqualTo(
                          new TaskFailure(
                              FailureCode.RETRY,
                              "The connector's own files failed (the disk fails): check"
                                  + " stateDirectory's disk.")));
      workers.giveBack(worker);
    }
    assertThat(disk.openFiles()).isZero();
  }

  private static ExtentWorkers workers(WatchedDisk disk) {
    return new ExtentWorkers(1, 1, SEGMENT_BYTES, disk.root().resolve("segments"));
  }

  private static void addNoise(ExtentWorkers.Worker worker) {
    Random random = new Random(1);
    for (int block = 0; block < 5; block++) {
      random.nextBytes(worker.block());
      worker.segment().addData(block, Digest.of(worker.block()), worker.block());
    }
  }
}
