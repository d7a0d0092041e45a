package dev.drover.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sms.model.SmsResponse;

/** Calls of the API by kind: how long the client waited, and how long the function worked. */
final class ApiCalls {
  private static final double NANOS_OF_A_MILLI = 1e6;
  private static final double MEDIAN = 0.5;
  private static final double NEARLY_ALL = 0.99;

  private final Map<String, List<Call>> byKind = new LinkedHashMap<>();

  private record Call(String requestId, double millis) {}

  /** Makes the call, and keeps how long it took. */
  <T extends SmsResponse> T of(String kind, Supplier<T> call) {
    long begin = System.nanoTime();
    T answer = call.get();
    double millis = (System.nanoTime() - begin) / NANOS_OF_A_MILLI;
    synchronized (byKind) {
      byKind
          .computeIfAbsent(kind, _ -> new ArrayList<>())
          .add(new Call(answer.responseMetadata().requestId(), millis));
    }
    return answer;
  }

  /**
   * A line for each kind.
   *
   * @param log of the API's function, which tells of each call how long it worked at it
   */
  void print(Path log) throws IOException {
    Map<String, Double> handled = handled(log);
    System.out.printf(
        "  %-46s %6s %19s %21s%n", "ms, p50 and p99", "calls", "handler", "end to end");
    byKind.forEach(
        (kind, calls) -> {
          List<Double> handler =
              calls.stream()
                  .map(Call::requestId)
                  .filter(handled::containsKey)
                  .map(handled::get)
                  .sorted()
                  .toList();
          List<Double> endToEnd = calls.stream().map(Call::millis).sorted().toList();
          System.out.printf(
              Locale.ROOT,
              "  %-46s %,6d %8.0f and %6.0f %10.0f and %6.0f%n",
              kind,
              calls.size(),
              quantile(handler, MEDIAN),
              quantile(handler, NEARLY_ALL),
              quantile(endToEnd, MEDIAN),
              quantile(endToEnd, NEARLY_ALL));
        });
  }

  private static double quantile(List<Double> ascending, double part) {
    return ascending.isEmpty()
        ? Double.NaN
        : ascending.get((int) Math.ceil(part * ascending.size()) - 1);
  }

  private static Map<String, Double> handled(Path log) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, Double> millis = new HashMap<>();
    try (Stream<String> lines = Files.lines(log)) {
      for (String line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("{\"event\":\"api-call\"")) {
          JsonNode call = json.readTree(line);
          millis.put(call.path("requestId").asText(), call.path("millis").asDouble());
        }
      }
    }
    return millis;
  }
}
