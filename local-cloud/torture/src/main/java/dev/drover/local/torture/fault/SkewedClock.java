package dev.drover.local.torture.fault;

import dev.drover.local.torture.site.Connector;
import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connector's clock is 20 minutes ahead: libfaketime tells its process so, and what is signed
 * with that time is refused as AWS refuses it.
 */
final class SkewedClock implements Fault {
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

  /** S3's; of others it is 5 minutes. */
  private static final Duration TOLERANCE = Duration.ofMinutes(15);

  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  private final Connector connector;
  private final Fault judge;

  SkewedClock(Connector connector) {
    this.connector = connector;
    this.judge =
        WireFault.on(
            List.of(connector.proxy()),
            call -> isSkewed(call) ? Refusals.skewed(call) : Verdict.PASS);
  }

  private static boolean isSkewed(Call call) {
    try {
      Instant signed =
          LocalDateTime.parse(call.header("x-amz-date"), AMZ_DATE).toInstant(ZoneOffset.UTC);
      return Duration.between(Instant.now(), signed).abs().compareTo(TOLERANCE) > 0;
    } catch (DateTimeException e) {
      return false; // not signed by a header
    }
  }

  /** Where this machine has libfaketime. */
  static Optional<Path> library() {
    return LIBRARIES.stream().filter(Files::exists).findFirst();
  }

  @Override
  public void begin() {
    judge.begin();
    library()
        .ifPresent(
            library ->
                connector.restartWith(
                    Map.of(
                        "LD_PRELOAD", library.toString(),
                        "FAKETIME", "+20m",
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1")));
  }

  @Override
  public void heal() {
    judge.heal();
    connector.restartWith(Map.of());
  }

  @Override
  public int strikes() {
    return judge.strikes();
  }
}
