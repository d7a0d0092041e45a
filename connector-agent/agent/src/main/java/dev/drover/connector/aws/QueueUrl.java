package dev.drover.connector.aws;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a queue's URL says: {@code https://sqs.REGION.amazonaws.com/ACCOUNT/NAME}. */
public final class QueueUrl {
  private static final Pattern PATH = Pattern.compile("/(?<account>[0-9]{12})/[^/]+");

  private QueueUrl() {}

  /** The account whose queue it is. */
  public static Optional<String> account(URI queueUrl) {
    Matcher path = PATH.matcher(String.valueOf(queueUrl.getPath()));
    return path.matches() ? Optional.of(path.group("account")) : Optional.empty();
  }
}
