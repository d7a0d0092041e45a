package dev.drover.functions.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a function tells its operators: one JSON line per event, its name and its fields, for
 * example {@code {"event":"run-started","jobId":"sms-job-1a2b3c4d","runId":"sms-run-1a2b3c4d"}}.
 *
 * <p>It writes the line itself and not through SLF4J, whose simple binding puts a level in front of
 * it. Field names that speak of tokens or secrets are withheld, whatever they hold.
 */
public final class EventLog {
  private static final List<String> WITHHELD =
      List.of("token", "secret", "password", "authorization", "credential");

  /** The namespace of all metrics, and the dimension that tells two stacks apart. */
  public static final String METRICS = "Drover";

  private static final String STACK = "Stack";
  private static final JsonMapper JSON = new JsonMapper();

  private final PrintStream out;
  private final Listener listener;

  /** Nobody but the log hears of what happens. */
  public EventLog(PrintStream out) {
    this(out, (event, fields) -> {});
  }

  private EventLog(PrintStream out, Listener listener) {
    this.out = out;
    this.listener = listener;
  }

  /** Hears of what happens, after the log has it. */
  @FunctionalInterface
  public interface Listener {
    /** Something happened, see {@link EventLog#event}; what this throws, who told it gets. */
    void event(String event, Map<String, ?> fields);
  }

  /** The same log, of which somebody else hears too. */
  public EventLog heardBy(Listener other) {
    return new EventLog(out, other);
  }

  /**
   * Something happened.
   *
   * @param event a few words with hyphens, for example {@code run-started}
   * @param fields numbers and truth values as they are, anything else as text
   */
  public void event(String event, Map<String, ?> fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event);
    new TreeMap<>(fields).forEach((name, value) -> line.put(name, shown(name, value)));
    write(line);
    listener.event(event, fields);
  }

  /** Something failed: the event's fields, then the exception with its trace. */
  public void failure(String event, Map<String, ?> fields, Throwable failure) {
    Map<String, Object> withTrace = new LinkedHashMap<>(fields);
    withTrace.put("error", failure.getClass().getName());
    withTrace.put("message", String.valueOf(failure.getMessage()));
    withTrace.put("trace", trace(failure));
    event(event, withTrace);
  }

  /**
   * Values of the metrics of a stack, which CloudWatch reads from the line.
   *
   * @param values name to value; a name never changes its meaning, because alarms rest on it
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">embedded
   *     metric format</a>
   */
  public void metrics(String stack, Instant now, Map<String, Long> values) {
    Map<String, Long> sorted = new TreeMap<>(values);
    List<Map<String, String>> names =
        sorted.keySet().stream().map(name -> Map.of("Name", name)).toList();
    Map<String, Object> directive = new TreeMap<>();
    directive.put("Namespace", METRICS);
    directive.put("Dimensions", List.of(List.of(STACK)));
    directive.put("Metrics", names);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "metrics");
    line.put(STACK, stack);
    line.putAll(sorted);
    line.put(
        "_aws", Map.of("CloudWatchMetrics", List.of(directive), "Timestamp", now.toEpochMilli()));
    write(line);
  }

  private static Object shown(String name, Object value) {
    String lowerCaseName = name.toLowerCase(Locale.ROOT);
    if (WITHHELD.stream().anyMatch(lowerCaseName::contains)) {
      return "(withheld)";
    }
    return value instanceof Number || value instanceof Boolean ? value : value.toString();
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private void write(Map<String, Object> line) {
    try {
      out.println(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers can always be written as JSON", e);
    }
  }
}
