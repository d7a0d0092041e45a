package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.BASE;
import static dev.drover.functions.state.Sample.DIGEST;
import static dev.drover.functions.state.Sample.DISK;
import static dev.drover.functions.state.Sample.JOB;
import static dev.drover.functions.state.Sample.OTHER_DIGEST;
import static dev.drover.functions.state.Sample.RUN;
import static dev.drover.functions.state.Sample.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.protocol.JobId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BaseSnapshotsTest {
  private final Sample sample = new Sample();
  private final BaseSnapshots bases = sample.state.bases();

  static BaseSnapshot base(boolean yes, @Nullable String distrusted) {
    return new BaseSnapshot(
        JOB, DISK, BASE, RUN, "digests/base", DIGEST, OTHER_DIGEST, 1L << 20, yes, distrusted, yes);
  }

  @Test
  void put_everyFieldPresent_isReadAsItWas() {
    BaseSnapshot base = base(true, "changed");
    sample.commits(bases.put(base));
    assertThat(bases.list(JOB)).containsExactly(base);
    assertThat(bases.list(new JobId("sms-job-00000002"))).isEmpty();
    assertThat(sample.raw.show("BASE#sms-job-00000001", DISK.value()))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("pk", "S:BASE#sms-job-00000001"),
                Map.entry("v", "N:1"),
                Map.entry("sk", "S:" + DISK),
                Map.entry("snapshotId", "S:snap-00000002"),
                Map.entry("runId", "S:sms-run-00000001"),
                Map.entry("digestListKey", "S:digests/base"),
                Map.entry("digestListDigest", "S:" + DIGEST.hex()),
                Map.entry("diskDigest", "S:" + OTHER_DIGEST.hex()),
                Map.entry("sizeBytes", "N:1048576"),
                Map.entry("rebuildIndex", "BOOL:true"),
                Map.entry("distrusted", "S:changed"),
                Map.entry("zerosLeftOut", "BOOL:true")));
  }

  @Test
  void put_overAnother_replacesIt() {
    sample.commits(bases.put(base(true, "changed")));
    BaseSnapshot fresh = base(false, null);
    assertThat(sample.commits(bases.put(fresh))).isTrue();
    assertThat(bases.list(JOB)).containsExactly(fresh);
  }

  @Test
  void remove_base_isGone() {
    BaseSnapshot base = base(false, null);
    sample.commits(bases.put(base));
    assertThat(sample.commits(bases.remove(base))).isTrue();
    assertThat(bases.list(JOB)).isEmpty();
  }

  @Test
  void rebuildIndexAndDistrust_stillTheBase_areKept() {
    sample.commits(bases.put(base(false, null)));
    assertThat(bases.rebuildIndex(JOB, DISK, SNAPSHOT)).isFalse();
    assertThat(bases.distrust(JOB, DISK, SNAPSHOT, "changed")).isFalse();
    assertThat(bases.list(JOB)).containsExactly(base(false, null));
    assertThat(bases.rebuildIndex(JOB, DISK, BASE)).isTrue();
    assertThat(bases.distrust(JOB, DISK, BASE, "changed")).isTrue();
    assertThat(bases.list(JOB).getFirst().rebuildIndex()).isTrue();
    assertThat(bases.list(JOB).getFirst().distrusted()).isEqualTo("changed");
  }
}
