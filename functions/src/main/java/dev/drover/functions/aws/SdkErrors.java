package dev.drover.functions.aws;

import dev.drover.functions.account.RefusedException;
import dev.drover.functions.account.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.ebs.model.ConcurrentLimitExceededException;
import software.amazon.awssdk.services.ebs.model.ServiceQuotaExceededException;

/**
 * The one place where the SDK's errors become the two that the ports have. Every method of an
 * adapter passes its calls through here, after it has caught what its port names as an outcome; so
 * does the table, which is its own adapter.
 */
public final class SdkErrors {
  private static final int FIRST_SERVER_ERROR = 500;
  private static final Pattern ADDED =
      Pattern.compile("\\s*\\((?:Service: [^()]*|SDK Attempt Count: [0-9]+)\\)");

  private SdkErrors() {}

  /** What the call answers; its failure is one of ours. */
  public static <T> T translated(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw translated(e);
    }
  }

  /** Makes the call; its failure is one of ours. */
  public static void translated(Runnable call) {
    try {
      call.run();
    } catch (SdkException e) {
      throw translated(e);
    }
  }

  /** Everything in a listing; also a page that fails when it is read is one of ours. */
  public static <T> Stream<T> translatedPages(Iterable<T> pages) {
    Iterator<T> items = translated(pages::iterator);
    Iterator<T> translated =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return SdkErrors.<Boolean>translated(items::hasNext);
          }

          @Override
          public T next() {
            return SdkErrors.<T>translated(items::next);
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(translated, Spliterator.ORDERED), false);
  }

  /** The body; what fails while it is read (its checksum, for one) is one of ours. */
  public static InputStream translatedBody(InputStream body) {
    return new TranslatedBody(body);
  }

  /**
   * A {@link TransientException} for what passes (throttling, a 5xx, a lost connection, two
   * transactions on one item), a {@link RefusedException} for what does not.
   */
  public static RuntimeException translated(SdkException failure) {
    String sentence = sentence(failure);
    return passes(failure)
        ? new TransientException(sentence, failure)
        : new RefusedException(code(failure), sentence, failure);
  }

  private static boolean passes(SdkException failure) {
    return switch (failure) {
      // The table lets through only what is no failed condition: conflicts and throttling.
      case TransactionCanceledException cancelled -> true;
      case TransactionConflictException conflict -> true;
      // EBS: too many snapshots are pending or too many requests are under way; neither is forever.
      case ConcurrentLimitExceededException limit -> true;
      case ServiceQuotaExceededException quota -> true;
      case AwsServiceException service ->
          service.isThrottlingException() || service.statusCode() >= FIRST_SERVER_ERROR;
      case SdkClientException client -> true;
      default -> failure.retryable();
    };
  }

  /**
   * What a failure says, for people: AWS's own words without what the SDK adds to them ({@code
   * (Service: Kms, Status Code: 400, Request ID: …) (SDK Attempt Count: 1)}). The failure itself
   * has it all, and goes into the log as the cause.
   */
  static String sentence(SdkException failure) {
    AwsErrorDetails details =
        failure instanceof AwsServiceException service ? service.awsErrorDetails() : null;
    String words = details == null ? null : details.errorMessage();
    return words == null || words.isBlank()
        ? ADDED.matcher(String.valueOf(failure.getMessage())).replaceAll("").strip()
        : words.strip();
  }

  private static String code(SdkException failure) {
    AwsErrorDetails details =
        failure instanceof AwsServiceException service ? service.awsErrorDetails() : null;
    return details == null || details.errorCode() == null
        ? failure.getClass().getSimpleName()
        : details.errorCode();
  }

  private static final class TranslatedBody extends InputStream {
    private final InputStream body;

    TranslatedBody(InputStream body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      try {
        return body.read();
      } catch (SdkException e) {
        throw translated(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return body.read(bytes, offset, length);
      } catch (SdkException e) {
        throw translated(e);
      }
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
