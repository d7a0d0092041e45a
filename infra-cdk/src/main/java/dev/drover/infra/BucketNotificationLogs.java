package dev.drover.infra;

import java.util.Map;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * The log of the function with which CDK sets a bucket's notifications. Without a group of its own
 * Lambda makes one that has no end and stays when the stack goes, and CDK offers no setting.
 */
final class BucketNotificationLogs {
  /** As CDK names its one such function in a stack; a test sees that it still does. */
  private static final String HANDLER =
      "BucketNotificationsHandler050a0587b7544547bf325f094a3db834";

  private BucketNotificationLogs() {}

  /** Gives the stack's function its group; after the bucket's last notification was declared. */
  static void keep(Stack stack) {
    LogGroup logs =
        LogGroup.Builder.create(stack, "BucketNotificationLogs")
            .retention(RetentionDays.THREE_MONTHS)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    CfnResource function =
        (CfnResource) stack.getNode().findChild(HANDLER).getNode().findChild("Resource");
    function.addPropertyOverride("LoggingConfig", Map.of("LogGroup", logs.getLogGroupName()));
  }
}
