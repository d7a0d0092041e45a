package dev.drover.functions.launch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.ObjectStore;
import dev.drover.functions.account.Pause;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.Stacks;
import dev.drover.functions.app.AppObjects;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.state.App;
import dev.drover.functions.state.AppId;
import dev.drover.functions.state.State;
import dev.drover.protocol.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says what another launch would change of the stack that an application has. CloudFormation works
 * it out, from the template as it would be launched now; what it said is written into Drover's
 * bucket, and its change set is deleted again.
 */
public final class AppChangeSets {
  /** Together well below what API Gateway waits. */
  private static final int LOOKS = 36;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final int NAME_DIGITS = 24;

  private final State state;
  private final AppTemplates templates;
  private final Stacks stacks;
  private final ObjectStore objects;
  private final Pause pause;
  private final EventLog log;

  public AppChangeSets(
      State state,
      AppTemplates templates,
      Stacks stacks,
      ObjectStore objects,
      Pause pause,
      EventLog log) {
    this.state = state;
    this.templates = templates;
    this.stacks = stacks;
    this.objects = objects;
    this.pause = pause;
    this.log = log;
  }

  /** Writes what a launch of the application as it is now would change. */
  public AppTemplates.Outcome generate(AppId id, TemplateFormat format) {
    Optional<App> found = state.apps().find(id);
    if (found.isEmpty()) {
      return new AppTemplates.Outcome.Refused(new AppOutcome.NoSuchApp());
    }
    try {
      return new AppTemplates.Outcome.Written(written(found.get(), format));
    } catch (NotLaunchableException e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (RefusedException e) {
      return refused(
          "CloudFormation refuses the change set of application " + id + ": " + e.sentence());
    }
  }

  private static AppTemplates.Outcome refused(String why) {
    return new AppTemplates.Outcome.Refused(new AppOutcome.NotNow(why));
  }

  private String written(App app, TemplateFormat format) {
    Stacks.Standing stack = launched(app);
    byte[] template = templates.writeProposed(app);
    String changeSet = name(app, template);
    Stacks.Request request =
        new Stacks.Request(
            AppStack.name(app.id()),
            AppTemplates.proposed(app.id()),
            null,
            AppStack.tags(app),
            changeSet);
    stacks.propose(changeSet, request);
    List<Stacks.Change> changes = changes(app, request.name(), changeSet);
    String written = AppObjects.prefix(app.id()) + "changeset." + format.extension();
    objects.put(written, format.write(tree(stack, request.name(), changes)));
    log.event(
        "app-change-set-written",
        Map.of("appId", app.id(), "key", written, "changes", changes.size()));
    return written;
  }

  private Stacks.Standing launched(App app) {
    Optional<Stacks.Standing> stack =
        stacks.find(AppStack.name(app.id())).filter(it -> AppStack.isOf(app.id(), it));
    return switch (stack.map(Stacks.Standing::status).orElse(null)) {
      case COMPLETE, ROLLED_BACK -> stack.get();
      case WORKING ->
          throw new NotLaunchableException(
              "The stack of application %s is %s; ask for a change set when that is done."
                  .formatted(app.id(), stack.get().said()));
      case BROKEN ->
          throw new NotLaunchableException(
              "The stack of application %s is %s, which people have to mend, or TerminateApp to delete."
                  .formatted(app.id(), stack.get().said()));
      case NEVER_MADE -> throw notLaunched(app);
      case null -> throw notLaunched(app);
    };
  }

  private static NotLaunchableException notLaunched(App app) {
    return new NotLaunchableException(
        "Application %s is not launched, so that nothing is there to change; GenerateTemplate shows what LaunchApp would make."
            .formatted(app.id()));
  }

  /** Whoever asks again, because CloudFormation was slow, goes on with the same change set. */
  private static String name(App app, byte[] template) {
    return "drover-"
        + app.launch().round()
        + "-"
        + Digest.of(template).hex().substring(0, NAME_DIGITS);
  }

  private List<Stacks.Change> changes(App app, String stack, String changeSet) {
    Stacks.Proposal proposal = stacks.proposal(stack, changeSet);
    for (int look = 1; look < LOOKS && proposal instanceof Stacks.Proposal.Pending; look++) {
      pause();
      proposal = stacks.proposal(stack, changeSet);
    }
    return switch (proposal) {
      case Stacks.Proposal.Pending _ ->
          throw new NotLaunchableException(
              "CloudFormation is still working out what would change of application %s; call GenerateChangeSet again in a minute."
                  .formatted(app.id()));
      case Stacks.Proposal.Failed failed -> {
        stacks.withdraw(stack, changeSet);
        throw new NotLaunchableException(
            "CloudFormation cannot work out what would change of application %s: %s"
                .formatted(app.id(), failed.why()));
      }
      case Stacks.Proposal.Ready ready -> {
        stacks.withdraw(stack, changeSet);
        yield ready.changes();
      }
    };
  }

  private void pause() {
    try {
      pause.pause(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while CloudFormation works", e);
    }
  }

  /** In the words and the spelling of CloudFormation's DescribeChangeSet. */
  private static ObjectNode tree(
      Stacks.Standing stack, String stackName, List<Stacks.Change> changes) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("StackName", stackName);
    root.put("StackId", stack.id());
    ArrayNode all = root.putArray("Changes");
    for (Stacks.Change change : changes) {
      ObjectNode of = all.addObject();
      of.put("Type", "Resource");
      ObjectNode resource = of.putObject("ResourceChange");
      resource.put("Action", change.action());
      resource.put("LogicalResourceId", change.logicalId());
      if (change.physicalId() != null) {
        resource.put("PhysicalResourceId", change.physicalId());
      }
      resource.put("ResourceType", change.type());
      if (change.replacement() != null) {
        resource.put("Replacement", change.replacement());
      }
      ArrayNode details = resource.putArray("Details");
      change
          .properties()
          .forEach(
              property ->
                  details
                      .addObject()
                      .putObject("Target")
                      .put("Name", property.name())
                      .put("RequiresRecreation", property.requiresRecreation()));
    }
    return root;
  }
}
