package dev.drover.functions.launch;

import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.app.AppObjects;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the templates of applications into Drover's bucket, for people to read and for
 * CloudFormation to take: an object for each format, which the next one replaces.
 */
public final class AppTemplates {
  /** What CloudFormation takes from S3, in bytes. */
  static final int MAX_BYTES = 1_048_576;

  private final State state;
  private final LaunchPlan plan;
  private final ObjectStore objects;
  private final EventLog log;

  /**
   * Writes templates.
   *
   * @param apiUrl where servers tell what came of their validations
   */
  public AppTemplates(
      State state,
      Images images,
      EncryptionKeys keys,
      CustomerObjects scripts,
      ObjectStore objects,
      String apiUrl,
      EventLog log) {
    this.state = state;
    this.plan = new LaunchPlan(state, images, keys, scripts, apiUrl);
    this.objects = objects;
    this.log = log;
  }

  /** What became of the wish. */
  public sealed interface Outcome {
    /** The template is in Drover's bucket under that key. */
    record Written(String key) implements Outcome {}

    /** There is none. */
    record Refused(AppOutcome why) implements Outcome {}
  }

  /** Writes the template of the application as it is now. */
  public Outcome generate(AppId id, TemplateFormat format) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return new Outcome.Refused(new AppOutcome.NoSuchApp());
    }
    try {
      return written(found.get(), format);
    } catch (NotLaunchableException e) {
      return new Outcome.Refused(new AppOutcome.NotNow(String.valueOf(e.getMessage())));
    }
  }

  private Outcome written(App app, TemplateFormat format) {
    String key = AppObjects.prefix(app.id()) + "template." + format.extension();
    var _ = write(app, format, key);
    return new Outcome.Written(key);
  }

  /**
   * Writes the template that the application is launched with, and which of its servers are to tell
   * what comes of their validation.
   *
   * @throws NotLaunchableException when it cannot be launched as it is
   */
  void writeForLaunch(App app) {
    List<List<LaunchedServer>> tiers = plan.tiers(app);
    int round = app.launch().round() + 1;
    // Before the launch is wanted: a launch that does not come to that is nobody's round.
    tiers.stream()
        .flatMap(List::stream)
        .flatMap(server -> server.validation(round).stream())
        .forEach(validation -> state.launchedValidations().launch(app.id(), validation));
    var _ = write(app, tiers, TemplateFormat.JSON, launched(app.id()));
  }

  /** The key of the template that the application is launched with. */
  static String launched(AppId id) {
    return AppObjects.prefix(id) + "launched.json";
  }

  /**
   * Writes the template that the application would be launched with now; what it is launched with
   * stays.
   *
   * @return its bytes
   * @throws NotLaunchableException when it cannot be launched as it is
   */
  byte[] writeProposed(App app) {
    return write(app, TemplateFormat.JSON, proposed(app.id()));
  }

  /** The key of the template of which a change set is made. */
  static String proposed(AppId id) {
    return AppObjects.prefix(id) + "proposed.json";
  }

  private byte[] write(App app, TemplateFormat format, String key) {
    return write(app, plan.tiers(app), format, key);
  }

  private byte[] write(
      App app, List<List<LaunchedServer>> tiers, TemplateFormat format, String key) {
    byte[] body = format.write(AppTemplate.of(app, tiers, false));
    if (body.length > MAX_BYTES) {
      throw new NotLaunchableException(
          "The template of application %s has %,d bytes, CloudFormation takes %,d; let the scripts of its servers download what makes them large."
              .formatted(app.id(), body.length, MAX_BYTES));
    }
    objects.put(key, body);
    log.event("app-template-written", Map.of("appId", app.id(), "key", key, "bytes", body.length));
    return body;
  }
}
