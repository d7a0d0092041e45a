package dev.drover.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** What imports applications, makes their templates, has them launched and hears them, may do. */
record AppRights(Stack stack, DataBucket bucket, Launches launches, AppSettings settings) {
  void allow(DroverFunction function) {
    // Application Discovery Service knows no resource.
    function.allow(
        PolicyStatement.Builder.create()
            .actions(List.of("discovery:ListConfigurations"))
            .resources(List.of("*"))
            .build());
    launches.allowStart(function);
    launches.allowChangeSets(function, bucket);
    launches.allowTemplates(function, bucket);
    launches.allowLook(function);
    bucket.allowDelete(function, DataBucket.APPLICATIONS);
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(launches.environment());
    environment.putAll(launches.stackEnvironment());
    environment.putAll(settings.ofRequests(stack.getRegion()));
    return environment;
  }
}
