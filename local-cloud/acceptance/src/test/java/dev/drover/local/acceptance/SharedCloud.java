package dev.drover.local.acceptance;

import dev.drover.local.launcher.LocalCloud;
import dev.drover.local.launcher.LocalCloudSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one cloud of this test run: started by the first that asks, ended after the last.
 *
 * <p>Each test class has an environment and a connector of its own ({@link Site.Place}), so that
 * none sees another's servers.
 */
final class SharedCloud implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalCloud.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedCloud.class))
        .computeIfAbsent(LocalCloud.class, _ -> start(), LocalCloud.class);
  }

  private static LocalCloud start() {
    String connectors =
        Arrays.stream(Site.Place.values())
            .map(
                place ->
                    "{\"name\":\"%s\",\"environment\":\"%s\"}"
                        .formatted(place.connector(), place.environment()))
            .collect(Collectors.joining(",", "[", "]"));
    return LocalCloud.start(
        LocalCloudSettings.privateCloud(Path.of("target", "cloud"))
            .withConnectors(connectors)
            .withProgress(System.out::println));
  }
}
