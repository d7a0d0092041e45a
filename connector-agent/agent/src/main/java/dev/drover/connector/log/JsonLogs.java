package dev.drover.connector.log;

import dev.drover.protocol.message.MessageJson;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;

/**
 * Where log lines go. SLF4J finds its provider by itself and gives nobody a chance to pass anything
 * in, so this one thing is static: {@code main} calls {@link #open}, and until then lines are
 * dropped.
 *
 * <p>One JSON object a line: {@code time}, {@code level}, {@code event}, the event's own fields,
 * {@code error} and {@code cause}. Task tokens and data are never fields.
 */
public final class JsonLogs {
  private static final String OWN_PACKAGE = "dev.drover.";

  private static volatile @Nullable JsonLogs current;

  private final OutputStream out;
  private final InstantSource clock;
  private final boolean verbose;

  private JsonLogs(OutputStream out, InstantSource clock, boolean verbose) {
    this.out = out;
    this.clock = clock;
    this.verbose = verbose;
  }

  /**
   * Lets lines through from now on.
   *
   * @param verbose with stack traces and debug lines
   */
  public static void open(OutputStream out, InstantSource clock, boolean verbose) {
    current = new JsonLogs(out, clock, verbose);
  }

  static boolean isEnabled(String logger, Level level) {
    JsonLogs logs = current;
    if (logs == null) {
      return false;
    }
    Level own = logs.verbose ? Level.DEBUG : Level.INFO;
    Level least = logger.startsWith(OWN_PACKAGE) ? own : Level.WARN;
    return level.toInt() >= least.toInt();
  }

  static void write(LoggingEvent event, String message) {
    JsonLogs logs = current;
    if (logs != null) {
      logs.writeLine(event, message);
    }
  }

  private void writeLine(LoggingEvent event, String message) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", clock.instant().toString());
    line.put("level", event.getLevel().name());
    line.put("event", message);
    line.put("logger", event.getLoggerName());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.put(pair.key, String.valueOf(pair.value));
      }
    }
    Throwable error = event.getThrowable();
    if (error != null) {
      line.put("error", verbose ? stack(error) : text(error));
      if (!verbose && error.getCause() != null) {
        line.put("cause", error.getCause().toString());
      }
    }
    byte[] json = MessageJson.write(line);
    synchronized (out) {
      try {
        out.write(json);
        out.write('\n');
        out.flush();
      } catch (IOException e) {
        // A log that cannot be written must not stop the work, and there is nowhere to say it.
        return;
      }
    }
  }

  /** What this project throws has a sentence for people as its message. */
  private static String text(Throwable error) {
    String message = error.getMessage();
    return error.getClass().getName().startsWith(OWN_PACKAGE) && message != null
        ? message
        : error.toString();
  }

  private static String stack(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
