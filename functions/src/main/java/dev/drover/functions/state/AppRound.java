package dev.drover.functions.state;

import dev.drover.protocol.JobId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A round of an application's replication. It names the requests that make its jobs, so that a job
 * knows for which application it was made.
 *
 * @param round counts the starts
 */
public record AppRound(AppId appId, int round) {
  private static final String WORD = " round ";
  private static final String AGAIN = " after ";
  private static final Pattern REQUEST =
      Pattern.compile("(app-[0-9a-f]{17})" + WORD + "([0-9]{1,9})(?:" + AGAIN + ".+)?");

  /** Of the application as it is now. */
  public static AppRound of(App app) {
    return new AppRound(app.id(), app.replication().round());
  }

  /** In which the job was made; empty when it was made by itself. */
  public static Optional<AppRound> of(Job job) {
    Matcher request = REQUEST.matcher(String.valueOf(job.history().clientRequest()));
    return request.matches()
        ? Optional.of(new AppRound(new AppId(request.group(1)), Integer.parseInt(request.group(2))))
        : Optional.empty();
  }

  /** The name of its requests. */
  public String request() {
    return appId + WORD + round;
  }

  /** The name of the request that makes a job in the place of one that was deleted. */
  public String requestAfter(JobId deleted) {
    return request() + AGAIN + deleted;
  }
}
