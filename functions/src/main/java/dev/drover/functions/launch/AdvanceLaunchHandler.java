package dev.drover.functions.launch;

import dev.drover.functions.app.AppRemoval;
import dev.drover.functions.lambda.JsonHandler;
import dev.drover.functions.lambda.Wiring;
import dev.drover.functions.state.AppId;
import java.time.Duration;
import java.util.Optional;

/**
 * A step of launch-app, which calls it until there is nothing more to do.
 *
 * <p>Idempotency key: the application and its round; what is to be done follows from what
 * CloudFormation says, so that a second call finds it done.
 */
public final class AdvanceLaunchHandler
    extends JsonHandler<LaunchInput, AdvanceLaunchHandler.Output> {
  private static final long LOOK_SECONDS = 15;

  /** Called by Lambda. */
  public AdvanceLaunchHandler() {
    this(new Wiring());
  }

  /** Over a world that is not Lambda's. */
  public AdvanceLaunchHandler(Wiring wiring) {
    this(steps(wiring), testSteps(wiring));
  }

  AdvanceLaunchHandler(LaunchSteps steps, TestLaunchSteps testSteps) {
    super(
        LaunchInput.class,
        input ->
            Boolean.TRUE.equals(input.test())
                ? tested(testSteps.advance(new AppId(input.appId()), input.round()))
                : new Output(steps.advance(new AppId(input.appId()), input.round()), LOOK_SECONDS));
  }

  private static Output tested(Optional<Duration> next) {
    return new Output(next.isEmpty(), next.map(Duration::toSeconds).orElse(LOOK_SECONDS));
  }

  /** The steps of test launches, for whoever takes them besides. */
  public static TestLaunchSteps testSteps(Wiring wiring) {
    return new TestLaunchSteps(
        wiring.state(),
        wiring.stacks(),
        wiring.stackResources(),
        wiring.instances(),
        wiring.clock(),
        wiring.log());
  }

  /** The steps, for whoever takes them besides. */
  public static LaunchSteps steps(Wiring wiring) {
    return new LaunchSteps(
        wiring.state(),
        wiring.stacks(),
        wiring.volumes(),
        templates(wiring),
        new AppRemoval(wiring.state(), wiring.objects(), wiring.log()),
        new AppValidation(wiring.state(), wiring.stackResources(), wiring.clock(), wiring.log()),
        new AppCommands(
            wiring.state(),
            wiring.commands(),
            wiring.instances(),
            wiring.customerObjects(),
            wiring.clock(),
            wiring.log()),
        wiring.clock(),
        wiring.log());
  }

  /** The templates, for whoever writes them besides. */
  public static AppTemplates templates(Wiring wiring) {
    return new AppTemplates(
        wiring.state(),
        wiring.images(),
        wiring.encryptionKeys(),
        wiring.customerObjects(),
        wiring.objects(),
        wiring.apiUrl(),
        wiring.log());
  }

  /**
   * Whether the execution ends.
   *
   * @param waitSeconds until it is to be asked again
   */
  public record Output(boolean done, long waitSeconds) {}
}
