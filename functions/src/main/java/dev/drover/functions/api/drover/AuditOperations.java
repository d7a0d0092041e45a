package dev.drover.functions.api.drover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.drover.functions.account.RefusedException;
import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.ApiException;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.JsonBody;
import dev.drover.functions.api.Operation;
import dev.drover.functions.api.PageToken;
import dev.drover.functions.log.EventLog;
import dev.drover.functions.reconcile.Audit;
import dev.drover.functions.reconcile.Leftover;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is left in the account without a reason, and its removal, one or all. */
final class AuditOperations {
  private static final ApiError LEFTOVER_NOT_FOUND = new ApiError("LeftoverNotFoundException", 400);

  /** API Gateway waits 29 s, and what was begun then takes some seconds more. */
  private static final Duration LOOKS_FOR = Duration.ofSeconds(12);

  /** A leftover is half a KB; Lambda answers with 6 MB at most. */
  private static final int ENOUGH = 500;

  /** Tenths of a cent and their tenths: a GiB of staged objects is 2.3 cents. */
  private static final int DOLLAR_DIGITS = 4;

  private static final String ID = "leftoverId";
  private static final String ALL = "all";
  private static final String NEXT_TOKEN = "nextToken";
  private static final PageToken PAGES = new PageToken("Drover_V1.Audit");
  private static final PageToken REMOVALS = new PageToken("Drover_V1.RemoveLeftovers");

  private final Audit audit;
  private final InstantSource clock;
  private final EventLog log;

  AuditOperations(Audit audit, InstantSource clock, EventLog log) {
    this.audit = audit;
    this.clock = clock;
    this.log = log;
  }

  Map<String, Operation> operations() {
    return Map.of("Audit", this::audit, "RemoveLeftovers", this::remove);
  }

  /** A page may be empty and not the last: what is looked at is much more than what is left. */
  private String audit(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(NEXT_TOKEN));
    Instant now = clock.instant();
    Audit.Found found = from(PAGES, request, from -> audit.look(from, ENOUGH, now.plus(LOOKS_FOR)));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode leftovers = answer.putArray("leftovers");
    found.leftovers().forEach(leftover -> leftovers.add(view(leftover, now)));
    answer.put("prices", audit.pricesAsOf());
    ArrayNode notSeen = answer.putArray("notSeen");
    Audit.BLIND_SPOTS.forEach(notSeen::add);
    next(answer, PAGES, found.next());
    return answer.toString();
  }

  private String remove(String body, Caller caller) {
    JsonNode request = JsonBody.read(body, Set.of(ID, ALL, NEXT_TOKEN));
    String id = JsonBody.text(request, ID);
    if (id == null && !JsonBody.flag(request, ALL)) {
      throw ApiError.MISSING_PARAMETER.because(
          "Say which leftover is to be removed: leftoverId as Drover_V1.Audit names it, or all.");
    }
    if (id != null && request.size() > 1) {
      throw ApiError.INVALID_PARAMETER.because(
          "leftoverId names one leftover, so it goes without all and nextToken.");
    }
    return id != null ? removeOne(id, caller) : removeAll(request, caller);
  }

  private String removeOne(String id, Caller caller) {
    Leftover leftover =
        audit
            .find(id)
            .orElseThrow(
                () ->
                    LEFTOVER_NOT_FOUND.because(
                        "There is no leftover '%s': it is gone, or is wanted, or has another name; Drover_V1.Audit lists what is left."
                            .formatted(id)));
    audit
        .remove(leftover)
        .ifPresent(
            left -> {
              throw ApiError.NOT_PERMITTED.because(id + " stays. " + left.reason());
            });
    told(caller, 1, 0);
    return answer(List.of(id), List.of(), null);
  }

  private String removeAll(JsonNode request, Caller caller) {
    Instant end = clock.instant().plus(LOOKS_FOR);
    Audit.Removed removed = from(REMOVALS, request, from -> audit.removeAll(from, end));
    told(caller, removed.removed().size(), removed.left().size());
    return answer(removed.removed(), removed.left(), removed.next());
  }

  private void told(Caller caller, int removed, int left) {
    log.event(
        "leftovers-removed", Map.of("caller", caller.arn(), "removed", removed, "left", left));
  }

  /** AWS forgets where a listing was within hours. */
  private static <T> T from(PageToken pages, JsonNode request, Function<String, T> look) {
    String from = pages.read(JsonBody.text(request, NEXT_TOKEN));
    try {
      return look.apply(from);
    } catch (RefusedException e) {
      throw from.isEmpty() ? e : tooOld();
    }
  }

  private static ApiException tooOld() {
    return ApiError.INVALID_PARAMETER.because(
        "nextToken leads nowhere any more: begin again without it.");
  }

  private static void next(ObjectNode answer, PageToken pages, @Nullable String next) {
    if (next != null) {
      answer.put(NEXT_TOKEN, pages.after(next));
    }
  }

  private static String answer(List<String> removed, List<Audit.Left> left, @Nullable String next) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode gone = answer.putArray("removed");
    removed.forEach(gone::add);
    ArrayNode stay = answer.putArray("left");
    left.forEach(
        each -> stay.addObject().put(ID, each.leftover().id()).put("reason", each.reason()));
    next(answer, REMOVALS, next);
    return answer.toString();
  }

  private static ObjectNode view(Leftover leftover, Instant now) {
    ObjectNode view =
        JsonNodeFactory.instance
            .objectNode()
            .put(ID, leftover.id())
            .put("kind", leftover.kind())
            .put("reason", leftover.reason());
    Instant created = leftover.createdAt();
    if (created != null) {
      view.set("createdTime", JsonBody.time(created));
      view.put("ageHours", Math.max(0, Duration.between(created, now).toHours()));
    }
    Leftover.Size size = leftover.size();
    if (size != null) {
      view.put("sizeBytes", size.bytes()).put("sizeIs", word(size.bound()));
    }
    BigDecimal dollars =
        BigDecimal.valueOf(leftover.monthlyDollars()).setScale(DOLLAR_DIGITS, RoundingMode.HALF_UP);
    return view.put("monthlyDollars", dollars).put("removal", word(leftover.removal()));
  }

  private static String word(Leftover.Bound bound) {
    return switch (bound) {
      case EXACT -> "exact";
      case AT_MOST -> "atMost";
      case AT_LEAST -> "atLeast";
    };
  }

  private static String word(Leftover.Removal removal) {
    return switch (removal) {
      case AUTOMATIC -> "automatic";
      case ON_REQUEST -> "onRequest";
      case BY_HAND -> "byHand";
    };
  }
}
