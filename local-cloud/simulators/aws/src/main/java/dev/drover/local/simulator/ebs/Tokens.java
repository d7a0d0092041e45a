package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.snapshot.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/**
 * Block and page tokens: opaque to a client, bound to what they were issued for, and refused once
 * they expired.
 */
final class Tokens {
  /** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html: 7 days. */
  private static final Duration LIFETIME = Duration.ofDays(7);

  private static final char SEPARATOR = ' ';

  private final long seed;
  private final InstantSource clock;

  Tokens(long seed, InstantSource clock) {
    this.seed = seed;
    this.clock = clock;
  }

  Instant expiry() {
    return clock.instant().plus(LIFETIME);
  }

  String forBlock(String snapshotId, int blockIndex) {
    return issue("block " + snapshotId, blockIndex);
  }

  boolean acceptsBlock(String token, String snapshotId, int blockIndex) {
    return redeem(token, "block " + snapshotId).filter(index -> index == blockIndex).isPresent();
  }

  /** A token for the rest of a listing, from {@code nextIndex} on. */
  String forPage(String listing, int nextIndex) {
    return issue("page " + listing, nextIndex);
  }

  /** Where the page begins, if the token is for this listing. */
  Optional<Integer> page(String token, String listing) {
    return redeem(token, "page " + listing);
  }

  private String issue(String subject, int number) {
    String claim = number + String.valueOf(SEPARATOR) + expiry().toEpochMilli();
    String token = claim + SEPARATOR + seal(subject, claim);
    return Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }

  private Optional<Integer> redeem(String token, String subject) {
    try {
      String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      int end = text.lastIndexOf(SEPARATOR);
      String claim = text.substring(0, Math.max(end, 0));
      if (end < 0 || !text.substring(end + 1).equals(seal(subject, claim))) {
        return Optional.empty();
      }
      int split = claim.indexOf(SEPARATOR);
      boolean alive = clock.millis() < Long.parseLong(claim.substring(split + 1));
      return alive ? Optional.of(Integer.parseInt(claim.substring(0, split))) : Optional.empty();
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private String seal(String subject, String claim) {
    String text = seed + subject + SEPARATOR + claim;
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).base64();
  }
}
