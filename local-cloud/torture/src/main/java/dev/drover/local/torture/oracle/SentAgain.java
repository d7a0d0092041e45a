package dev.drover.local.torture.oracle;

import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Witness;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds segments that are sent although a plan could know of them: put, and put again under the
 * same key after a plan of their run was made. What was put after the plan may be on its way twice,
 * by a connector that does not know yet that it was replaced.
 */
final class SentAgain {
  /** {@code staging/<environment>/<job>/<run>/<disk>/<base>/<generation>/<extent>}. */
  private static final Pattern SEGMENT = Pattern.compile("staging/([^/]+)/[^/]+/([^/]+)/.*/[0-9]+");

  /** {@code tasks/<environment>/<run>/<attempt>/plan.json}. */
  private static final Pattern PLAN = Pattern.compile("tasks/([^/]+)/([^/]+)/[^/]+/plan[.]json");

  /** Between the listing of what is there and the plan that is made of it. */
  private static final Duration PLANNING = Duration.ofSeconds(30);

  private static final int OK = 200;

  private final InstantSource clock;
  private final Consumer<String> violated;
  private final Map<String, Instant> known = new HashMap<>();
  private final Map<String, List<Instant>> plans = new HashMap<>();

  SentAgain(InstantSource clock, Consumer<String> violated) {
    this.clock = clock;
    this.violated = violated;
  }

  /** Sees what a connector or a function puts. */
  Witness witness() {
    return (call, _, status, _) -> {
      if (status == OK && call.method().equals("PUT") && call.isOfS3()) {
        put(call);
      }
    };
  }

  private synchronized void put(Call call) {
    Instant now = clock.instant();
    Matcher plan = PLAN.matcher(call.key());
    if (plan.matches()) {
      plans.computeIfAbsent(plan.group(2), run -> new ArrayList<>()).add(now);
      return;
    }
    Matcher segment = SEGMENT.matcher(call.key());
    if (!segment.matches()) {
      return;
    }
    Instant first = known.putIfAbsent(call.key(), now);
    if (first != null
        && plans.getOrDefault(segment.group(2), List.of()).stream()
            .anyMatch(made -> first.isBefore(made.minus(PLANNING)))) {
      violated.accept(
          "%s was put at %s and again at %s, after a plan that could know of it"
              .formatted(call.key(), first, now));
    }
  }
}
