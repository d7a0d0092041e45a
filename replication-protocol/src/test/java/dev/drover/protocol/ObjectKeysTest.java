package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.format.SampleSegments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeysTest {
  private static final SegmentCoordinates AT =
      new SegmentCoordinates(
          new DiskDelta(
              SampleSegments.ENVIRONMENT,
              SampleSegments.JOB,
              SampleSegments.RUN,
              SampleSegments.DISK,
              null,
              SampleSegments.GENERATION),
          42);

  @Test
  void segment_withoutBase_readsAsFormatsFixIt() {
    assertThat(ObjectKeys.segment(AT))
        .isEqualTo(
            "staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/"
                + SampleSegments.DISK
                + "/none/"
                + SampleSegments.GENERATION
                + "/0000042");
  }

  @Test
  void parseSegment_whatSegmentWrote_isTheSame() {
    assertThat(ObjectKeys.parseSegment(ObjectKeys.segment(AT))).isEqualTo(AT);
    SegmentCoordinates withBase = SampleSegments.header(1).coordinates();
    assertThat(ObjectKeys.parseSegment(ObjectKeys.segment(withBase))).isEqualTo(withBase);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "staging/",
        "staging/site/job/run/disk/none/generation/0000042",
        "reports/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/d-0123456789abcdef0/none/"
            + "20261123T140000000Z-0123456789abcdef/0000042",
        "staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/d-0123456789abcdef0/none/"
            + "20261123T140000000Z-0123456789abcdef/42",
        "staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/d-0123456789abcdef0/../"
            + "20261123T140000000Z-0123456789abcdef/0000042",
        "staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/d-0123456789abcdef0/none/"
            + "20261123T140000000Z-0123456789abcdef/9999999"
      })
  void parseSegment_anythingElse_isRefused(String key) {
    assertThatThrownBy(() -> ObjectKeys.parseSegment(key))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void decodeEventKey_urlEncoded_isDecoded() {
    assertThat(ObjectKeys.decodeEventKey("staging/a%2Bb/c+d")).isEqualTo("staging/a+b/c d");
    assertThatThrownBy(() -> ObjectKeys.decodeEventKey("staging/%zz"))
        .isInstanceOf(InvalidMessageException.class);
  }
}
