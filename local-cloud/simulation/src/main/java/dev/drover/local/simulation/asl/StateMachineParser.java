package dev.drover.local.simulation.asl;

import dev.drover.local.simulation.asl.State.Catcher;
import dev.drover.local.simulation.asl.State.Exit;
import dev.drover.local.simulation.asl.State.Recovery;
import dev.drover.local.simulation.asl.State.Resource;
import dev.drover.local.simulation.asl.State.Retrier;
import dev.drover.local.simulation.asl.State.Rule;
import dev.drover.local.simulation.asl.State.Workflow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a state machine; a field that nobody asked for is refused. */
final class StateMachineParser {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^}]*)}");

  /** The parts of {@code $states} that are not there, by the moment at which a field is read. */
  private static final String[] BEFORE_WORK = {"context.Task", "result", "errorOutput"};

  private static final String[] AFTER_SUCCESS = {"context.Task", "errorOutput"};
  private static final String[] AFTER_ERROR = {"context.Task", "result"};
  private static final String[] ARGUMENTS = {"result", "errorOutput"};

  private StateMachineParser() {}

  static StateMachine parse(String json, Map<String, String> substitutions) {
    Fields machine = new Fields("the state machine", Json.parse(substituted(json, substitutions)));
    machine.optional("Comment");
    machine.oneOf("QueryLanguage", "JSONata");
    Integer timeoutSeconds =
        machine.has("TimeoutSeconds") ? machine.integer("TimeoutSeconds", 1) : null;
    Workflow workflow = workflow(machine, Set.of());
    machine.refuseOthers();
    return new StateMachine(workflow, timeoutSeconds);
  }

  private static String substituted(String json, Map<String, String> substitutions) {
    return SUBSTITUTION
        .matcher(json)
        .replaceAll(
            found -> {
              String value = substitutions.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException("nothing to put for " + found.group());
              }
              String quoted = Json.write(value);
              return Matcher.quoteReplacement(quoted.substring(1, quoted.length() - 1));
            });
  }

  /**
   * Reads StartAt and States.
   *
   * @param outer names that states around it assign, which those in it must not
   */
  private static Workflow workflow(Fields fields, Set<String> outer) {
    String startAt = fields.text("StartAt");
    Map<String, ?> definitions = fields.object("States");
    Set<String> assigned = new HashSet<>(outer);
    definitions.forEach(
        (name, definition) -> collectAssigned(new Fields(name, definition), outer, assigned));
    Map<String, State> states = new LinkedHashMap<>();
    definitions.forEach(
        (name, definition) -> states.put(name, state(new Fields(name, definition), assigned)));
    Workflow workflow = new Workflow(startAt, states);
    workflow.first();
    states.values().forEach(state -> exits(state).forEach(exit -> checkNext(workflow, exit)));
    return workflow;
  }

  private static void collectAssigned(Fields state, Set<String> outer, Set<String> into) {
    List<Fields> holders = new ArrayList<>(List.of(state));
    holders.addAll(state.list("Catch"));
    holders.addAll(state.list("Choices"));
    for (Fields holder : holders) {
      if (holder.has("Assign")) {
        for (String name : holder.object("Assign").keySet()) {
          if (outer.contains(name) || name.equals("states")) {
            throw holder.wrong("must not assign to the variable " + name);
          }
          into.add(name);
        }
      }
    }
  }

  private static void checkNext(Workflow workflow, Exit exit) {
    if (exit.next() != null) {
      workflow.state(exit.next());
    }
  }

  private static List<Exit> exits(State state) {
    List<Exit> exits = new ArrayList<>();
    state.recovery().catchers().forEach(catcher -> exits.add(catcher.exit()));
    switch (state) {
      case State.Pass pass -> exits.add(pass.exit());
      case State.Wait wait -> exits.add(wait.exit());
      case State.Task task -> exits.add(task.exit());
      case State.ForEach forEach -> exits.add(forEach.exit());
      case State.Succeed succeed -> exits.add(succeed.exit());
      case State.Choice choice -> {
        choice.rules().forEach(rule -> exits.add(rule.exit()));
        if (choice.otherwise() != null) {
          exits.add(choice.otherwise());
        }
      }
      case State.Fail fail -> {}
    }
    return exits;
  }

  private static State state(Fields fields, Set<String> assigned) {
    fields.optional("Comment");
    if (fields.has("QueryLanguage")) {
      fields.oneOf("QueryLanguage", "JSONata");
    }
    String name = fields.where();
    String type = fields.text("Type");
    State state =
        switch (type) {
          case "Pass" -> new State.Pass(name, exit(fields, BEFORE_WORK));
          case "Wait" -> new State.Wait(name, fields.number("Seconds"), exit(fields, BEFORE_WORK));
          case "Succeed" ->
              new State.Succeed(name, new Exit(null, fields.template("Output", BEFORE_WORK), null));
          case "Fail" ->
              new State.Fail(
                  name,
                  fields.template("Error", BEFORE_WORK),
                  fields.template("Cause", BEFORE_WORK));
          case "Choice" -> choice(fields);
          case "Task" -> task(fields);
          case "Map" -> forEach(fields, assigned);
          default -> throw fields.wrong("has the type " + type + ", which is not interpreted");
        };
    fields.refuseOthers();
    return state;
  }

  /** The fields Assign, Output, and one of Next and End. */
  private static Exit exit(Fields fields, String... absent) {
    Template.Members assign = fields.assign(absent);
    Template output = fields.template("Output", absent);
    if (fields.has("End")) {
      if (!Boolean.TRUE.equals(fields.required("End")) || fields.has("Next")) {
        throw fields.wrong("needs one of Next and End");
      }
      return new Exit(assign, output, null);
    }
    return new Exit(assign, output, fields.text("Next"));
  }

  private static State choice(Fields fields) {
    List<Rule> rules = new ArrayList<>();
    for (Fields rule : fields.list("Choices")) {
      rule.optional("Comment");
      if (!(rule.needed("Condition", BEFORE_WORK) instanceof Template.Query condition)) {
        throw rule.wrong("has a Condition that is no JSONata, which is not interpreted");
      }
      Exit exit =
          new Exit(
              rule.assign(BEFORE_WORK), rule.template("Output", BEFORE_WORK), rule.text("Next"));
      rules.add(new Rule(condition.expression(), exit));
      rule.refuseOthers();
    }
    Template.Members assign = fields.assign(BEFORE_WORK);
    Template output = fields.template("Output", BEFORE_WORK);
    Exit otherwise =
        fields.has("Default") ? new Exit(assign, output, fields.text("Default")) : null;
    return new State.Choice(fields.where(), rules, otherwise);
  }

  private static State task(Fields fields) {
    String arn = fields.text("Resource");
    for (Resource resource : Resource.values()) {
      if (resource.arn().equals(arn)) {
        return task(fields, resource);
      }
    }
    throw fields.wrong("has the resource " + arn + ", which is not interpreted");
  }

  private static State task(Fields fields, Resource resource) {
    Fields arguments = new Fields(fields.where() + "/Arguments", fields.required("Arguments"));
    String[] absent = resource.waitsForToken() ? ARGUMENTS : BEFORE_WORK;
    Template target = arguments.needed(resource.target(), absent);
    Template payload = arguments.needed(resource.payload(), absent);
    Template name = resource == Resource.START_EXECUTION ? arguments.needed("Name", absent) : null;
    arguments.refuseOthers();
    Template timeout = fields.has("TimeoutSeconds") ? fields.number("TimeoutSeconds") : null;
    Template heartbeat = null;
    if (fields.has("HeartbeatSeconds")) {
      if (!resource.waitsForToken()) {
        throw fields.wrong("has HeartbeatSeconds without a token, which is not interpreted");
      }
      heartbeat = fields.number("HeartbeatSeconds");
    }
    return new State.Task(
        fields.where(),
        resource,
        target,
        payload,
        name,
        timeout,
        heartbeat,
        recovery(fields),
        exit(fields, AFTER_SUCCESS));
  }

  private static State forEach(Fields fields, Set<String> assigned) {
    Fields processor =
        new Fields(fields.where() + "/ItemProcessor", fields.required("ItemProcessor"));
    Fields config = new Fields(processor.where(), processor.required("ProcessorConfig"));
    config.oneOf("Mode", "INLINE");
    config.refuseOthers();
    Workflow workflow = workflow(processor, assigned);
    processor.refuseOthers();
    return new State.ForEach(
        fields.where(),
        fields.needed("Items", BEFORE_WORK),
        fields.template("ItemSelector", BEFORE_WORK),
        fields.has("MaxConcurrency") ? fields.integer("MaxConcurrency", 0) : 0,
        workflow,
        recovery(fields),
        exit(fields, AFTER_SUCCESS));
  }

  private static Recovery recovery(Fields fields) {
    List<Retrier> retriers = new ArrayList<>();
    for (Fields retrier : fields.list("Retry")) {
      retriers.add(retrier(retrier));
    }
    List<Catcher> catchers = new ArrayList<>();
    for (Fields catcher : fields.list("Catch")) {
      catcher.optional("Comment");
      Exit exit =
          new Exit(
              catcher.assign(AFTER_ERROR),
              catcher.template("Output", AFTER_ERROR),
              catcher.text("Next"));
      catchers.add(new Catcher(errorEquals(catcher), exit));
      catcher.refuseOthers();
    }
    checkAllIsLast(fields, retriers.stream().map(Retrier::errorEquals).toList());
    checkAllIsLast(fields, catchers.stream().map(Catcher::errorEquals).toList());
    return new Recovery(retriers, catchers);
  }

  private static Retrier retrier(Fields fields) {
    fields.optional("Comment");
    int interval = fields.has("IntervalSeconds") ? fields.integer("IntervalSeconds", 1) : 1;
    int attempts = fields.has("MaxAttempts") ? fields.integer("MaxAttempts", 0) : 3;
    double rate = fields.has("BackoffRate") ? fields.rate("BackoffRate") : 2;
    int maxDelay =
        fields.has("MaxDelaySeconds") ? fields.integer("MaxDelaySeconds", 1) : Integer.MAX_VALUE;
    boolean full = false;
    if (fields.has("JitterStrategy")) {
      full = fields.oneOf("JitterStrategy", "FULL", "NONE").equals("FULL");
    }
    Retrier retrier = new Retrier(errorEquals(fields), interval, attempts, rate, maxDelay, full);
    fields.refuseOthers();
    return retrier;
  }

  private static List<String> errorEquals(Fields fields) {
    if (fields.required("ErrorEquals") instanceof List<?> names && !names.isEmpty()) {
      return names.stream().map(String.class::cast).toList();
    }
    throw fields.wrong("needs names in ErrorEquals");
  }

  private static void checkAllIsLast(Fields fields, List<List<String>> names) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).contains(StateError.ALL)
          && (i < names.size() - 1 || names.get(i).size() > 1)) {
        throw fields.wrong("must have States.ALL alone and last");
      }
    }
  }

  /** A JSON object that knows which of its fields were asked for. */
  private static final class Fields {
    private final String where;
    private final Map<String, @Nullable Object> values;
    private final Set<String> others;

    Fields(String where, @Nullable Object json) {
      this.where = where;
      if (!(json instanceof Map<?, ?> map)) {
        throw wrong("is no JSON object");
      }
      this.values = new LinkedHashMap<>();
      map.forEach((name, value) -> values.put((String) name, value));
      this.others = new HashSet<>(values.keySet());
    }

    String where() {
      return where;
    }

    IllegalArgumentException wrong(String what) {
      return new IllegalArgumentException(where + " " + what);
    }

    boolean has(String name) {
      return values.containsKey(name);
    }

    @Nullable Object optional(String name) {
      others.remove(name);
      return values.get(name);
    }

    Object required(String name) {
      Object value = optional(name);
      if (value == null) {
        throw wrong("needs the field " + name);
      }
      return value;
    }

    String text(String name) {
      if (required(name) instanceof String text) {
        return text;
      }
      throw wrong("needs a text in the field " + name);
    }

    String oneOf(String name, String... allowed) {
      String text = text(name);
      if (!List.of(allowed).contains(text)) {
        throw wrong("has " + text + " in the field " + name + ", which is not interpreted");
      }
      return text;
    }

    int integer(String name, int least) {
      if (required(name) instanceof Integer number && number >= least) {
        return number;
      }
      throw wrong("needs a whole number from " + least + " in the field " + name);
    }

    double rate(String name) {
      if (required(name) instanceof Number number && number.doubleValue() >= 1) {
        return number.doubleValue();
      }
      throw wrong("needs a number from 1 in the field " + name);
    }

    /** A number, or an expression that makes one. */
    Template number(String name) {
      Template template = needed(name, BEFORE_WORK);
      if (template instanceof Template.Query
          || (template instanceof Template.Constant constant
              && constant.value() instanceof Integer)) {
        return template;
      }
      throw wrong("needs a whole number or JSONata in the field " + name);
    }

    Map<String, ?> object(String name) {
      return new Fields(where + "/" + name, required(name)).values;
    }

    List<Fields> list(String name) {
      List<Fields> fields = new ArrayList<>();
      if (has(name)) {
        if (!(required(name) instanceof List<?> list)) {
          throw wrong("needs a list in the field " + name);
        }
        list.forEach(item -> fields.add(new Fields(where + "/" + name, item)));
      }
      return fields;
    }

    /** A template that must not read those parts of {@code $states}. */
    Template needed(String name, String... absent) {
      Template template = Template.of(required(name), name);
      for (String part : absent) {
        if (template.any(expression -> expression.readsStates(part))) {
          throw wrong("has no $states." + part + " in the field " + name);
        }
      }
      return template;
    }

    /** Likewise, of a field that may be missing; {@code null} itself stands for itself. */
    @Nullable Template template(String name, String... absent) {
      if (!has(name)) {
        return null;
      }
      return optional(name) == null ? new Template.Constant(null) : needed(name, absent);
    }

    Template.@Nullable Members assign(String... absent) {
      Template template = template("Assign", absent);
      if (template == null) {
        return null;
      }
      if (template instanceof Template.Members members) {
        return members;
      }
      throw wrong("needs an object in the field Assign");
    }

    void refuseOthers() {
      if (!others.isEmpty()) {
        throw wrong("has the field " + others.iterator().next() + ", which is not interpreted");
      }
    }
  }
}
