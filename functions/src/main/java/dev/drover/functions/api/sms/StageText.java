package dev.drover.functions.api.sms;

import dev.drover.functions.image.ByteCount;
import dev.drover.functions.state.Run;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is in its stage, as a person reads it; a percentage comes first where there is one.
 */
final class StageText {
  private static final Duration IN_MINUTES = Duration.ofMinutes(100);
  private static final double SECONDS_OF_AN_HOUR = 3_600;

  private StageText() {}

  /** Null where there is nothing to say. */
  static @Nullable String of(Run run) {
    Run.Stage stage = run.progress().stage();
    if (stage == null) {
      return null;
    }
    String progress = run.progress().stageProgress();
    return switch (stage) {
      case PREPARING ->
          whileAtWork(run, "A connector is chosen, and what is copied already looked up");
      case UPLOADING -> progress == null ? whileAtWork(run, unbegun(run)) : progress + read(run);
      case CONVERTING ->
          progress == null
              ? whileAtWork(run, "All is uploaded; snapshots and image are being made")
              : progress;
      case COMPLETED -> "100%";
    };
  }

  /** What is done now is not said of a run that has ended. */
  private static @Nullable String whileAtWork(Run run, String text) {
    return run.state().isEnded() ? null : text;
  }

  private static String unbegun(Run run) {
    return "0%, handed to "
        + (run.handOver().connectorId() == null
            ? "a connector"
            : "connector " + run.handOver().connectorId())
        + ", which has not told yet how far it is";
  }

  private static String read(Run run) {
    Run.Progress progress = run.progress();
    Run.Pace pace = progress.pace();
    if (pace == null) {
      return "";
    }
    String bytes =
        ", %s of %s read, %s sent"
            .formatted(
                new ByteCount(progress.bytesRead()),
                new ByteCount(pace.bytesTotal()),
                new ByteCount(progress.bytesSent()));
    long rate = pace.bytesPerSecond(progress.bytesRead());
    long left = pace.bytesTotal() - progress.bytesRead();
    return run.state().isEnded() || rate == 0 || left <= 0
        ? bytes
        : bytes
            + ", "
            + new ByteCount(rate)
            + "/s, about "
            + words(Duration.ofSeconds(left / rate))
            + " left";
  }

  private static String words(Duration time) {
    return time.compareTo(IN_MINUTES) < 0
        ? Math.max(1, time.toMinutes()) + " min"
        : String.format(Locale.ROOT, "%.1f h", time.toSeconds() / SECONDS_OF_AN_HOUR);
  }
}
