package dev.drover.functions.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.UnknownVersionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we put into queues has the shape of S3's own events, and their version. */
final class StagedEventTest {
  private static final StagedEvent EVENT = new StagedEvent("bucket", "staging/a b/ü");

  /** As this build writes it, with what S3 added later, and as it was written before. */
  @ParameterizedTest
  @ValueSource(strings = {"\"eventVersion\":\"2.1\",", "\"eventVersion\":\"2.9\",", ""})
  void parse_versionWithTheSameMeaning_isRead(String version) {
    assertThat(StagedEvent.parse(ofVersion(version))).containsExactly(EVENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"eventVersion\":\"3.0\",", "\"eventVersion\":\"22.0\","})
  void parse_anotherVersion_isUnknown(String version) {
    assertThatThrownBy(() -> StagedEvent.parse(ofVersion(version)))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageContaining("this build reads 2.x");
  }

  private static String ofVersion(String version) {
    String message = EVENT.toMessage();
    assertThat(message).contains("\"eventVersion\":\"2.1\"");
    return message
        .replaceAll(",?\"eventVersion\":\"2.1\"", "")
        .replace("{,", "{")
        .replace("\"Records\":[{", "\"Records\":[{" + version);
  }
}
