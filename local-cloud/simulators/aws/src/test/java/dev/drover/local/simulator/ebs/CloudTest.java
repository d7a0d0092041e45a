package dev.drover.local.simulator.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ebs.model.EbsException;
import software.amazon.awssdk.services.ebs.model.ValidationException;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;

/** A fresh simulator for each test, and the words for what it refuses. */
abstract class CloudTest {
  @TempDir Path directory;
  Cloud cloud;

  @BeforeEach
  final void startCloud() throws IOException {
    cloud = Cloud.start(directory.resolve("data"));
  }

  @AfterEach
  final void stopCloud() throws IOException {
    cloud.close();
  }

  /** Ends the simulator as its process would end, and starts another on the same data. */
  final void restartCloud() throws IOException {
    cloud.close();
    cloud = Cloud.start(directory.resolve("data"));
  }

  static SortedMap<Integer, byte[]> noBlocks() {
    return new TreeMap<>();
  }

  static SortedMap<Integer, byte[]> blocks(int... indexes) {
    SortedMap<Integer, byte[]> blocks = new TreeMap<>();
    for (int index : indexes) {
      blocks.put(index, Cloud.block(index));
    }
    return blocks;
  }

  static void assertInvalid(String reason, ThrowingCallable call) {
    ValidationException refusal = catchThrowableOfType(ValidationException.class, call);
    assertThat(refusal).as("a refusal with reason " + reason).isNotNull();
    assertThat(refusal.reasonAsString()).isEqualTo(reason);
    assertThat(refusal.statusCode()).isEqualTo(400);
  }

  static void assertEbsError(String code, int status, ThrowingCallable call) {
    EbsException refusal = catchThrowableOfType(EbsException.class, call);
    assertThat(refusal).as("a refusal with code " + code).isNotNull();
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
    assertThat(refusal.statusCode()).isEqualTo(status);
  }

  static void assertEc2Error(String code, ThrowingCallable call) {
    Ec2Exception refusal = catchThrowableOfType(Ec2Exception.class, call);
    assertThat(refusal).as("a refusal with code " + code).isNotNull();
    assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
  }
}
