package dev.drover.connector.vsphere.soap;

import dev.drover.connector.source.SourceUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a refused login, and whoever needs a session then fails without another try: every run,
 * release and inventory asks for one, and a vCenter locks an account after a few failures. Used
 * under the session's lock.
 */
final class RefusedLogin {
  /**
   * By their default lockout policies a vCenter locks after 5 failures within 180 s, and for 300 s;
   * a host after 5, and for 900 s.
   */
  static final Duration PAUSE = Duration.ofMinutes(15);

  private final InstantSource clock;
  private @Nullable Refusal last;

  /**
   * What was refused.
   *
   * @param since when it was refused first
   * @param until when it may be tried again
   */
  private record Refusal(String password, Instant since, Instant until) {}

  RefusedLogin(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Stops a login that was refused a short while ago.
   *
   * @param server who would be asked, and for whom, for people
   * @throws SourceUnavailableException saying since when, and until when it is not tried again
   */
  void require(String server, String user, String password) {
    Refusal refusal = last;
    if (refusal != null
        && refusal.password().equals(password)
        && clock.instant().isBefore(refusal.until())) {
      throw trouble(server, user, refusal, null);
    }
  }

  /** The server knows no such user or another password. */
  SourceUnavailableException refused(
      String server, String user, String password, VimFault.InvalidLogin fault) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Refusal before = last;
    Instant since = before != null && before.password().equals(password) ? before.since() : now;
    Refusal refusal = new Refusal(password, since, now.plus(PAUSE));
    last = refusal;
    return trouble(server, user, refusal, fault);
  }

  void accepted() {
    last = null;
  }

  private static SourceUnavailableException trouble(
      String server, String user, Refusal refusal, VimFault.@Nullable InvalidLogin fault) {
    return new SourceUnavailableException(
        server
            + " refuses the login of "
            + user
            + " since "
            + refusal.since()
            + ", for it knows no such user or another password; so that the account is not locked, it"
            + " is not tried again before "
            + refusal.until()
            + ": correct the password in passwordFile, which is then tried at once, or the user.",
        fault);
  }
}
