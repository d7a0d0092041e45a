package dev.drover.local.simulation.asl;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JSONata expression, compiled once. */
final class Expression {
  private static final Pattern NAME = Pattern.compile("\\$([A-Za-z_]\\w*)");
  private static final Pattern STATES = Pattern.compile("\\$states((?:\\.[A-Za-z]+)*)");

  /** Functions that read a clock or draw by chance, and those that only Step Functions has. */
  private static final Set<String> NOT_INTERPRETED =
      Set.of("now", "millis", "random", "eval", "uuid", "hash", "partition", "range", "parse");

  private static final Set<String> CONTEXT =
      Set.of(
          "Execution.Id",
          "Execution.Name",
          "Execution.Input",
          "Execution.StartTime",
          "StateMachine.Id",
          "State.Name",
          "State.EnteredTime",
          "State.RetryCount",
          "Task.Token",
          "Map.Item.Index",
          "Map.Item.Value");

  private final String text;
  private final String field;
  private final Jsonata compiled;
  private final Set<String> names = new TreeSet<>();

  /**
   * Compiles an expression.
   *
   * @param text without the delimiters
   * @param field which field of the state it stands in, for its errors
   */
  Expression(String text, String field) {
    this.text = text.strip();
    this.field = field;
    try {
      this.compiled = Jsonata.jsonata(this.text);
    } catch (JException e) {
      throw new IllegalArgumentException(
          "the JSONata of the field " + field + " has a mistake: " + e.getMessage(), e);
    }
    compiled.setOutputConvertNulls(false);
    Matcher matcher = NAME.matcher(this.text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    refuseWhatIsNotInterpreted();
  }

  private void refuseWhatIsNotInterpreted() {
    for (String name : names) {
      if (NOT_INTERPRETED.contains(name)) {
        throw new IllegalArgumentException(
            "the function $" + name + " in the field " + field + " is not interpreted");
      }
    }
    Matcher matcher = STATES.matcher(text);
    while (matcher.find()) {
      String path = matcher.group(1);
      if (!isKnown(path)) {
        throw new IllegalArgumentException(
            "$states" + path + " in the field " + field + " is not interpreted");
      }
    }
  }

  private static boolean isKnown(String path) {
    if (path.startsWith(".context.")) {
      String below = path.substring(".context.".length()) + ".";
      return CONTEXT.stream().anyMatch(known -> below.startsWith(known + "."));
    }
    return Set.of(".input", ".result", ".errorOutput").stream()
        .anyMatch(known -> (path + ".").startsWith(known + "."));
  }

  /** Whether it looks at that part of {@code $states}. */
  boolean readsStates(String part) {
    return text.contains("$states." + part);
  }

  /**
   * Its value. Nothing at all is an error, as JSON cannot say it.
   *
   * @throws StateError.Raised States.QueryEvaluationError
   */
  @Nullable Object evaluate(Bindings bindings) {
    Jsonata.Frame frame = new Jsonata.Frame(null);
    for (String name : names) {
      if (name.equals("states")) {
        bind(frame, name, bindings.states());
      } else if (bindings.variables().has(name)) {
        bind(frame, name, bindings.variables().get(name));
      }
    }
    Object result;
    try {
      result = compiled.evaluate(null, frame);
    } catch (RuntimeException e) {
      // The library also throws what Java itself does for a wrong type.
      throw StateError.queryEvaluation(about() + " failed: " + e.getMessage());
    }
    if (result == null) {
      throw StateError.queryEvaluation(about() + " returned nothing (undefined).");
    }
    return plain(result);
  }

  private static void bind(Jsonata.Frame frame, String name, @Nullable Object value) {
    Object bound = value == null ? Jsonata.NULL_VALUE : value;
    frame.bind(name, bound);
  }

  String about() {
    return "The JSONata expression '" + text + "' specified for the field '" + field + "'";
  }

  /**
   * The value as it would come back from JSON text, which is how AWS hands it on: the library's own
   * lists carry marks that change what later expressions make of them.
   */
  private @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean truth -> truth;
      case Double number when number % 1 == 0 && Math.abs(number) < (1L << 53) ->
          plainInteger(number.longValue());
      case Number number -> number;
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
        map.forEach((key, member) -> copy.put((String) key, plain(member)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(item -> copy.add(plain(item)));
        yield copy;
      }
      default -> {
        if (Jsonata.NULL_VALUE.equals(value)) {
          yield null;
        }
        throw StateError.queryEvaluation(about() + " returned what is no JSON.");
      }
    };
  }

  private static Number plainInteger(long number) {
    if (number == (int) number) {
      return (int) number;
    }
    return number;
  }
}
