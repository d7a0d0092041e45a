package dev.drover.local.simulation.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.Digest;
import dev.drover.protocol.DiskDelta;
import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.DiskId;
import dev.drover.protocol.EnvironmentName;
import dev.drover.protocol.Generation;
import dev.drover.protocol.JobId;
import dev.drover.protocol.ObjectKeys;
import dev.drover.protocol.RunId;
import dev.drover.protocol.SegmentCoordinates;
import dev.drover.protocol.format.SegmentBuilder;
import dev.drover.protocol.format.SegmentHeader;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RealBytesTest {
  private static final DiskDelta DELTA =
      new DiskDelta(
          new EnvironmentName("site"),
          new JobId("sms-job-1a2b3c4d"),
          new RunId("sms-run-5e6f7a8b"),
          DiskId.of("vm", "root"),
          null,
          Generation.of(Instant.parse("2026-11-23T14:00:00Z"), "snapshot-1"));
  private static final SegmentCoordinates AT = new SegmentCoordinates(DELTA, 0);

  private static byte[] segment(int data, int zeros) throws IOException {
    byte[] block = new byte[DiskGeometry.BLOCK_BYTES];
    block[0] = 1;
    try (SegmentBuilder builder = new SegmentBuilder(1)) {
      for (int i = 0; i < data; i++) {
        builder.addData(i, Digest.of(block), block);
      }
      for (int i = data; i < data + zeros; i++) {
        builder.addZero(i);
      }
      SegmentHeader header =
          new SegmentHeader(AT, Digest.NEVER_WRITTEN, DiskGeometry.EXTENT_BYTES, false);
      return builder.build(header).openStream().readAllBytes();
    }
  }

  @Test
  void of_segment_isHalfOfItsDataBlocksTimesTheScale() throws IOException {
    byte[] body = segment(10, 5);

    assertThat(RealBytes.of(ObjectKeys.segment(AT), body, 1))
        .isEqualTo(body.length + 10L * DiskGeometry.BLOCK_BYTES / 2);
    assertThat(RealBytes.of(ObjectKeys.segment(AT), body, 64))
        .isEqualTo(64 * (body.length + 10L * DiskGeometry.BLOCK_BYTES / 2));
  }

  @Test
  void of_manifestOrDigestList_isTimesTheScale() {
    assertThat(RealBytes.of("staging/site/manifest", new byte[100], 64)).isEqualTo(6_400);
    assertThat(RealBytes.of("digests/snap-1", new byte[100], 64)).isEqualTo(6_400);
    assertThat(RealBytes.of("reports/site/status.json", new byte[100], 64)).isEqualTo(100);
  }
}
