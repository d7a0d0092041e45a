package dev.drover.local.simulation.ebs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

final class KmsServiceTest {
  private final Cloud cloud = Cloud.prompt();

  private String arn(String name) {
    return cloud.kms.describeKey(describe -> describe.keyId(name)).keyMetadata().arn();
  }

  @Test
  void describeKey_byEveryName_givesItsArn() {
    String arn = cloud.account.addKey("1234", "alias/drover");

    assertThat(arn).endsWith(":key/1234");
    assertThat(arn("1234")).isEqualTo(arn);
    assertThat(arn(arn)).isEqualTo(arn);
    assertThat(arn("alias/drover")).isEqualTo(arn);
    assertThat(arn(arn.replace("key/1234", "alias/drover"))).isEqualTo(arn);
  }

  @Test
  void describeKey_unknownOrDenied_isRefused() {
    assertThatThrownBy(() -> arn("alias/nope")).isInstanceOf(NotFoundException.class);
    cloud.account.addKey("1234", "alias/drover");
    cloud.account.denyKey("1234");

    assertThat(
            catchThrowableOfType(KmsException.class, () -> arn("alias/drover"))
                .awsErrorDetails()
                .errorCode())
        .isEqualTo("AccessDeniedException");
  }
}
