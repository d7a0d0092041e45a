package dev.drover.infra;

import java.nio.file.Path;
import java.util.Map;
import software.amazon.awscdk.App;

/** The CDK app: the CLI runs it in this module's folder, by the script {@code app}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    App app = new App();
    DroverSettings settings = DroverSettings.from(context(app));
    new DroverStack(app, settings, ProjectFiles.under(Path.of("..")));
    app.synth();
  }

  @SuppressWarnings("unchecked") // the CLI hands the context over as one JSON object
  private static Map<String, ?> context(App app) {
    return (Map<String, ?>) app.getNode().getAllContext();
  }
}
