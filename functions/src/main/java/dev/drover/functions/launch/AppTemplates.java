package dev.drover.functions.launch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.CustomerObjects;
import dev.drover.functions.account.EncryptionKeys;
import dev.drover.functions.account.Images;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.app.AppObjects;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.LaunchConfiguration.Network;
import dev.drover.functions.state.State;
import dev.drover.functions.state.TestLaunch;
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
   * Writes the template that the application is launched with, which of its servers are to tell
   * what comes of their validation, and which scripts of its own are to be run.
   *
   * @throws NotLaunchableException when it cannot be launched as it is
   */
  void writeForLaunch(App app) {
    List<List<LaunchedServer>> tiers = plan.tiers(app);
    int round = app.launch().round() + 1;
    // What may be refused goes first: from here on what runs of the launch before counts no more.
    var _ = write(app, AppTemplate.of(app, tiers, false), TemplateFormat.JSON, launched(app.id()));
    // Before the launch is wanted: a launch that does not come to that is nobody's round.
    state
        .launchedValidations()
        .launch(
            app.id(),
            tiers.stream()
                .flatMap(List::stream)
                .flatMap(server -> server.validation(round).stream())
                .toList());
    state
        .appConfigurations()
        .validation(app.id())
        .ofApp()
        .forEach(script -> state.commandedValidations().launch(app.id(), round, script));
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

  /** The key of the template of a test launch. */
  static String tested(AppId id) {
    return AppObjects.prefix(id) + "test.json";
  }

  /**
   * Writes the template of a test launch: the application as it would be launched now, all of it in
   * that place, without public addresses, and with disks that go with their instances.
   *
   * @return its servers
   * @throws NotLaunchableException when it cannot be launched as it is
   */
  List<LaunchedServer> writeForTest(App app, TestLaunch.Place place) {
    Network network = new Network(null, place.subnet(), place.securityGroup(), false);
    List<List<LaunchedServer>> tiers =
        plan.tiers(app).stream()
            .map(tier -> tier.stream().map(server -> server.in(network)).toList())
            .toList();
    var _ = write(app, AppTemplate.of(app, tiers, true), TemplateFormat.JSON, tested(app.id()));
    return tiers.stream().flatMap(List::stream).toList();
  }

  private byte[] write(App app, TemplateFormat format, String key) {
    return write(app, AppTemplate.of(app, plan.tiers(app), false), format, key);
  }

  private byte[] write(App app, ObjectNode template, TemplateFormat format, String key) {
    byte[] body = format.write(template);
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
