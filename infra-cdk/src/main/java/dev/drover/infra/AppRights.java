package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** What imports applications, makes their templates, and has them launched, may do. */
record AppRights(Stack stack, DataBucket bucket, Launches launches, AppSettings settings) {
  /**
   * As SMS, it takes scripts from buckets of that name only (AWS SMS User Guide).
   *
   * @see <a href="https://github.com/awsdocs/aws-server-migration-service-user-guide">AWS SMS User
   *     Guide</a>
   */
  private static final String SCRIPTS = "sms-app-*/*";

  void allow(DroverFunction function) {
    // Application Discovery Service knows no resource.
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("discovery:ListConfigurations"))
            .resources(List.of("*"))
            .build());
    launches.allowStart(function);
    launches.allowChangeSets(function, bucket);
    bucket.allowWrite(function, DataBucket.APPLICATIONS);
    bucket.allowDelete(function, DataBucket.APPLICATIONS);
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(
                List.of(
                    stack.formatArn(
                        ArnComponents.builder()
                            .service("s3")
                            .region("")
                            .account("")
                            .resource(SCRIPTS)
                            .build())))
            .build());
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(launches.environment());
    environment.putAll(launches.stackEnvironment());
    environment.putAll(settings.ofRequests(stack.getRegion()));
    return environment;
  }
}
