package dev.drover.local.acceptance;

import dev.drover.local.launcher.cloud.AwsSimulator;
import dev.drover.local.launcher.cloud.LocalCloud;
import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.testcontainers.DockerClientFactory;

/** Gives a test Drover on LocalStack, or says in one line why it did not run. */
final class LocalStackCloud implements ParameterResolver, ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Optional<String> missing = missing();
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("Docker and LocalStack's token are there");
    }
    String line = "The test on LocalStack did not run: " + missing.get() + ".";
    System.out.println(line);
    return ConditionEvaluationResult.disabled(line);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DeployedStack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(LocalStackCloud.class))
        .computeIfAbsent(DeployedStack.class, _ -> start(), DeployedStack.class);
  }

  private static Optional<String> missing() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return Optional.of("Docker does not answer on this machine");
    }
    return LocalStack.token().isEmpty()
        ? Optional.of(LocalStack.TOKEN + " is not set, and this LocalStack does not start without")
        : Optional.empty();
  }

  /** As on AWS, not as on MiniStack: LocalStack has Lambda's managed Java. */
  private static DeployedStack start() {
    LocalCloudSettings settings =
        LocalCloudSettings.privateCloud(Path.of("target", "cloud-localstack"))
            .withProgress(System.out::println);
    return DeployedStack.on(
        LocalCloud.start(settings, List.of(new AwsSimulator(), new LocalStack())),
        StackContext.AWS.withConnectors(Site.Place.declarations(List.of(MainJobContract.PLACE))));
  }
}
