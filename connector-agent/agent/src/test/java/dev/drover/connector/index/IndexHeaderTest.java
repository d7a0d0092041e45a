package dev.drover.connector.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.protocol.DiskGeometry;
import dev.drover.protocol.InvalidMessageException;
import dev.drover.protocol.message.MessageJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexHeaderTest {
  private static final String JSON =
      """
      {"runId":"sms-run-0000000a","diskId":"d-0123456789abcdef0","sizeBytes":67108865,\
      "diskDigest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""";

  @Test
  void write_aHeader_hasTheFieldsOfVersion1() {
    assertThat(new String(MessageJson.write(read(JSON)), StandardCharsets.UTF_8)).isEqualTo(JSON);
  }

  @Test
  void geometry_isThatOfItsSize() {
    assertThat(read(JSON).geometry()).isEqualTo(new DiskGeometry(67_108_865));
  }

  @Test
  void read_unknownField_isIgnored() {
    assertThat(read(JSON.replace("{", "{\"later\":1,"))).isEqualTo(read(JSON));
  }

  @ParameterizedTest
  @ValueSource(strings = {"runId", "diskId", "diskDigest"})
  void read_fieldMissing_namesIt(String field) {
    assertThatThrownBy(() -> read(JSON.replace(field, "other")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining(field + " is missing");
  }

  @Test
  void read_sizeMissing_isRefused() {
    assertThatThrownBy(() -> read(JSON.replace("sizeBytes", "other")))
        .isInstanceOf(InvalidMessageException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, DiskGeometry.MAX_DISK_BYTES + 1, Long.MAX_VALUE})
  void read_sizeOfNoDisk_isRefused(long sizeBytes) {
    assertThatThrownBy(() -> read(JSON.replace("67108865", Long.toString(sizeBytes))))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("a disk has 1 to");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, DiskGeometry.MAX_DISK_BYTES})
  void read_smallestAndLargestDisk_isTaken(long sizeBytes) {
    IndexHeader header = read(JSON.replace("67108865", Long.toString(sizeBytes)));
    assertThat(header.sizeBytes()).isEqualTo(sizeBytes);
  }

  private static IndexHeader read(String json) {
    return MessageJson.read("a digest index", json, IndexHeader.class);
  }
}
