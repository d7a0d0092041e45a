package dev.drover.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.format.SampleSegments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @CsvSource({"0, 0000000", "9, 0000009", "1048575, 1048575"})
  void parseSegment_extentsOfAllDisks_keepTheirSevenDigits(int extent, String digits) {
    SegmentCoordinates at = new SegmentCoordinates(SampleSegments.DELTA, extent);
    assertThat(ObjectKeys.segment(at)).endsWith("/" + digits);
    assertThat(ObjectKeys.parseSegment(ObjectKeys.segment(at))).isEqualTo(at);
  }

  @ParameterizedTest
  @ValueSource(strings = {"000004", "00000042", "000004a", "-000042", "00000٤2", "1048576", ""})
  void parseSegment_anotherExtent_isRefused(String extent) {
    String key = ObjectKeys.stagingOfDisk(SampleSegments.DELTA) + extent;
    assertThatThrownBy(() -> ObjectKeys.parseSegment(key))
        .isInstanceOf(InvalidMessageException.class);
  }

  @Test
  void parseSegment_moreOrOtherParts_saysThatItIsNone() {
    for (String key :
        new String[] {ObjectKeys.segment(AT) + "/", "x" + ObjectKeys.segment(AT), "a/b/c"}) {
      assertThatThrownBy(() -> ObjectKeys.parseSegment(key))
          .isInstanceOf(InvalidMessageException.class)
          .hasMessage("'" + key + "' is not the key of a segment");
    }
  }

  /** Policies, lifecycle rules and events name these prefixes too. */
  @Test
  void keys_ofEverythingElse_readAsFormatsFixIt() {
    EnvironmentName site = SampleSegments.ENVIRONMENT;
    ConnectorId connector = new ConnectorId("c-0123456789abcdef0");
    DiskId disk = SampleSegments.DISK;
    RunAttempt run = new RunAttempt(SampleSegments.JOB, SampleSegments.RUN, 2);
    String reports = "reports/site/c-0123456789abcdef0/";

    assertThat(ObjectKeys.stagingOfRun(site, SampleSegments.JOB, SampleSegments.RUN))
        .isEqualTo("staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/");
    assertThat(ObjectKeys.stagingOfDisk(SampleSegments.DELTA))
        .isEqualTo(
            "staging/site/sms-job-1a2b3c4d/sms-run-5e6f7a8b/d-eea44f1fe08031f53/"
                + "snap-0123456789abcdef0/20261123T140000000Z-79c6d61344be00e7/");
    assertThat(ObjectKeys.digestList(site, SampleSegments.JOB, disk, SampleSegments.BASE))
        .isEqualTo("digests/site/sms-job-1a2b3c4d/d-eea44f1fe08031f53/snap-0123456789abcdef0");
    assertThat(ObjectKeys.plan(site, run)).isEqualTo("tasks/site/sms-run-5e6f7a8b/2/plan.json");
    assertThat(ObjectKeys.durableExtents(site, run, disk))
        .isEqualTo("tasks/site/sms-run-5e6f7a8b/2/d-eea44f1fe08031f53.extents");
    assertThat(ObjectKeys.reportsOf(site, connector)).isEqualTo(reports);
    assertThat(ObjectKeys.connectorReport(site, connector, "status"))
        .isEqualTo(reports + "status.json");
    assertThat(ObjectKeys.runReport(site, connector, run, "opened"))
        .isEqualTo(reports + "runs/sms-run-5e6f7a8b/2/opened.json");
    assertThat(ObjectKeys.manifest(site, connector, run, disk))
        .isEqualTo(reports + "runs/sms-run-5e6f7a8b/2/d-eea44f1fe08031f53.manifest");
  }

  @Test
  void parseBase_whatBaseTextWrote_isTheSame() {
    assertThat(ObjectKeys.baseText(null)).isEqualTo("none");
    assertThat(ObjectKeys.parseBase("none")).isNull();
    assertThat(ObjectKeys.parseBase(ObjectKeys.baseText(SampleSegments.BASE)))
        .isEqualTo(SampleSegments.BASE);
    assertThatThrownBy(() -> ObjectKeys.parseBase("None"))
        .isInstanceOf(InvalidMessageException.class);
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
