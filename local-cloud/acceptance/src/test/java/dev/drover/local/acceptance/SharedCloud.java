package dev.drover.local.acceptance;

import dev.drover.local.launcher.cloud.LocalCloudSettings;
import dev.drover.local.launcher.stack.DeployedStack;
import dev.drover.local.launcher.stack.StackContext;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one cloud of this test run: started by the first that asks, ended after the last.
 *
 * <p>Each test with a connector has an environment of its own for it ({@link Site.Place}), so that
 * none sees another's servers; what the tests count is counted by job.
 */
final class SharedCloud implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == DeployedStack.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedCloud.class))
        .computeIfAbsent(DeployedStack.class, _ -> start(), DeployedStack.class);
  }

  private static DeployedStack start() {
    return DeployedStack.start(
        LocalCloudSettings.privateCloud(Path.of("target", "cloud"))
            .withProgress(System.out::println),
        StackContext.LOCAL.withConnectors(Site.Place.declarations(List.of(Site.Place.values()))));
  }
}
