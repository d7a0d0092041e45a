package dev.drover.functions.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something of ours in the account that outlived its reason.
 *
 * @param kind the word of its kind, for example {@code snapshot}
 * @param name within its kind, for example {@code snap-0123456789abcdef0}
 * @param reason why it is wanted no more, the end of a sentence
 * @param createdAt the oldest part of it; null: not known
 * @param size null: it has none
 * @param monthlyDollars what it costs as long as it stays, see {@link Size} for how exactly
 */
public record Leftover(
    String kind,
    String name,
    String reason,
    @Nullable Instant createdAt,
    @Nullable Size size,
    double monthlyDollars,
    Removal removal) {

  /** Who may remove it. */
  public enum Removal {
    /** The hourly sweep does, and whoever asks for it: nobody can want it again. */
    AUTOMATIC,
    /** Only who asks for it: somebody outside of Drover may have had a reason. */
    ON_REQUEST,
    /** Not Drover: this stack cannot say whose it is. */
    BY_HAND
  }

  /** How many bytes AWS charges for. */
  public record Size(long bytes, Bound bound) {}

  /** What a number of bytes is. */
  public enum Bound {
    /** So many. */
    EXACT,
    /** Its volume's: EC2 does not tell what a snapshot alone holds. */
    AT_MOST,
    /** There are more than were counted. */
    AT_LEAST
  }

  /** Names it among all kinds: {@code <kind>/<name>}. */
  public String id() {
    return kind + "/" + name;
  }
}
