package dev.drover.connector.report;

import dev.drover.connector.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/**
 * Numbers for reports, ascending over restarts too, because the cloud ignores an older one.
 *
 * <p>They follow the clock in milliseconds, so that they ascend even when the state directory was
 * lost; a file holds a number that is above all given out, so that they ascend when the clock was
 * set back. It is written once a minute, not once a report.
 */
public final class ReportSequence {
  private static final long RESERVED_AHEAD = 60_000;

  private final DurableFile file;
  private final InstantSource clock;
  private long last;
  private long reserved;

  /** Goes on where the file ends. */
  public ReportSequence(DurableFile file, InstantSource clock) throws IOException {
    this.file = file;
    this.clock = clock;
    this.reserved = file.read().map(ReportSequence::parse).orElse(0L);
    this.last = reserved;
  }

  synchronized long next() throws IOException {
    last = Math.max(last + 1, clock.millis());
    if (last > reserved) {
      reserved = last + RESERVED_AHEAD;
      file.write(Long.toString(reserved).getBytes(StandardCharsets.US_ASCII));
    }
    return last;
  }

  /** A file that was cut short by a full disk starts anew: the clock is above what it held. */
  private static long parse(byte[] content) {
    try {
      return Long.parseLong(new String(content, StandardCharsets.US_ASCII).strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
