package dev.drover.connector.aws;

import dev.drover.connector.words.PlainText;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Why a call to AWS failed, in a sentence: what was to be done with what, the cause, the next step.
 * The SDK's own words (the list of its credential providers, request ids, attempts) stand in the
 * log as the cause.
 *
 * @param lasts whether the same call fails until a person changes something
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3's codes</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html">codes
 *     that services have in common</a>
 */
record AwsTrouble(Kind kind, String sentence, boolean lasts) {
  private static final int REDIRECT = 301;
  private static final int FORBIDDEN = 403;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /** How the SDK begins to say that its chain is at its end; it has no type of its own for it. */
  private static final String NO_CREDENTIALS = "Unable to load credentials";

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("ExpiredToken", Kind.EXPIRED),
          Map.entry("ExpiredTokenException", Kind.EXPIRED),
          Map.entry("TokenRefreshRequired", Kind.EXPIRED),
          Map.entry("RequestExpired", Kind.CLOCK),
          Map.entry("RequestTimeTooSkewed", Kind.CLOCK),
          Map.entry("RequestInTheFuture", Kind.CLOCK),
          Map.entry("InvalidAccessKeyId", Kind.UNKNOWN_KEY),
          Map.entry("InvalidClientTokenId", Kind.UNKNOWN_KEY),
          Map.entry("UnrecognizedClientException", Kind.UNKNOWN_KEY),
          Map.entry("SignatureDoesNotMatch", Kind.UNKNOWN_KEY),
          Map.entry("InvalidSignatureException", Kind.UNKNOWN_KEY),
          Map.entry("IncompleteSignature", Kind.UNKNOWN_KEY),
          Map.entry("MissingAuthenticationToken", Kind.UNKNOWN_KEY),
          Map.entry("InvalidToken", Kind.UNKNOWN_KEY),
          Map.entry("InvalidSecurity", Kind.UNKNOWN_KEY),
          Map.entry("AccessDenied", Kind.DENIED),
          Map.entry("AccessDeniedException", Kind.DENIED),
          Map.entry("AllAccessDisabled", Kind.DENIED),
          Map.entry("OptInRequired", Kind.DENIED),
          Map.entry("NoSuchBucket", Kind.NO_SUCH),
          Map.entry("QueueDoesNotExist", Kind.NO_SUCH),
          Map.entry("AWS.SimpleQueueService.NonExistentQueue", Kind.NO_SUCH),
          Map.entry("InvalidAddress", Kind.NO_SUCH),
          Map.entry("PermanentRedirect", Kind.OTHER_REGION),
          Map.entry("AuthorizationHeaderMalformed", Kind.OTHER_REGION),
          Map.entry("IllegalLocationConstraintException", Kind.OTHER_REGION));

  /** Client errors by their number that pass all the same. */
  private static final Set<String> PASSING =
      Set.of(
          "BadDigest",
          "XAmzContentChecksumMismatch",
          "RequestTimeout",
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "TooManyRequests",
          "OperationAborted");

  /** What is to be done. */
  enum Kind {
    /** Nobody says who asks. */
    NO_CREDENTIALS,
    EXPIRED,
    UNKNOWN_KEY,
    CLOCK,
    DENIED,
    NO_SUCH,
    OTHER_REGION,
    /** AWS is busy or broken. */
    BUSY,
    /** There was no answer. */
    NETWORK,
    /** AWS refuses for a reason of its own. */
    OTHER
  }

  /**
   * What a call asked for.
   *
   * @param action as policies have it, for example {@code s3:PutObject}
   * @param resource for example {@code the bucket drover-1}
   * @param setting the configuration's key that names it
   */
  record Call(String action, String resource, String setting) {
    static Call onObject(String action, String bucket, String key) {
      return new Call(action, "bucket " + bucket + ", object " + key, "bucket");
    }

    static Call onQueue(String action, String queueUrl) {
      return new Call(action, "queue " + queueUrl, "taskQueueUrl");
    }
  }

  static AwsTrouble of(Call call, SdkException failure) {
    if (failure instanceof AwsServiceException answer) {
      String code = code(answer);
      Kind kind = kind(answer, code);
      return of(call, kind, code);
    }
    return String.valueOf(failure.getMessage()).startsWith(NO_CREDENTIALS)
        ? of(call, Kind.NO_CREDENTIALS, "")
        : of(call, Kind.NETWORK, network(failure));
  }

  /** An answer that is none of AWS's, of a proxy for example, has a status and no code. */
  static String code(AwsServiceException answer) {
    AwsErrorDetails details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null
        ? "HTTP " + answer.statusCode()
        : PlainText.of(details.errorCode());
  }

  private static AwsTrouble of(Call call, Kind kind, String detail) {
    String text =
        switch (kind) {
          case NO_CREDENTIALS ->
              "There are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give this"
                  + " machine a role.";
          case EXPIRED ->
              refused(call, detail) + "the AWS credentials have expired, renew the credentials.";
          case UNKNOWN_KEY ->
              refused(call, detail)
                  + "it does not know the credentials, check key, secret and region.";
          case CLOCK -> refused(call, detail) + "the clock of this machine is wrong, set it.";
          case DENIED ->
              refused(call, detail)
                  + "attach the connector's policy (the stack's output Connector<Name>PolicyArn) to"
                  + " its credentials.";
          case NO_SUCH ->
              "There is no such thing as "
                  + call.resource()
                  + " ("
                  + detail
                  + "): check "
                  + call.setting()
                  + " and region in the configuration.";
          case OTHER_REGION ->
              "AWS has "
                  + call.resource()
                  + " in another region ("
                  + detail
                  + "): check region in the configuration.";
          case BUSY ->
              "AWS did not do "
                  + call.action()
                  + " on "
                  + call.resource()
                  + " ("
                  + detail
                  + "): it is busy, try again later.";
          case NETWORK ->
              "AWS could not be reached for "
                  + call.action()
                  + " on "
                  + call.resource()
                  + " ("
                  + detail
                  + "): check region, network and proxy.";
          case OTHER ->
              refused(call, detail)
                  + "check the configuration against the stack's output Connector<Name>Config.";
        };
    return new AwsTrouble(kind, text, lasts(kind));
  }

  private static String refused(Call call, String code) {
    return "AWS refused " + call.action() + " on " + call.resource() + " (" + code + "): ";
  }

  /**
   * Whoever runs a connector renews credentials and sets clocks; nobody has to start a run anew.
   */
  private static boolean lasts(Kind kind) {
    return switch (kind) {
      case DENIED, NO_SUCH, OTHER_REGION, UNKNOWN_KEY, OTHER -> true;
      case NO_CREDENTIALS, EXPIRED, CLOCK, BUSY, NETWORK -> false;
    };
  }

  private static Kind kind(AwsServiceException answer, String code) {
    Kind known = KINDS.get(code);
    if (known != null) {
      return known;
    }
    if (answer.isClockSkewException()) {
      return Kind.CLOCK;
    }
    int status = answer.statusCode();
    if (status >= SERVER_ERROR
        || status == REQUEST_TIMEOUT
        || status == TOO_MANY_REQUESTS
        || answer.isThrottlingException()
        || PASSING.contains(code)) {
      return Kind.BUSY;
    }
    return switch (status) {
      case REDIRECT -> Kind.OTHER_REGION;
      case FORBIDDEN -> Kind.DENIED;
      default -> Kind.OTHER;
    };
  }

  private static String network(SdkException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = PlainText.of(String.valueOf(cause.getMessage()));
      switch (cause) {
        case UnknownHostException _ -> {
          return "the host " + text.split(":", 2)[0] + " is unknown";
        }
        case SSLException _ -> {
          return "TLS failed: " + text;
        }
        case SocketTimeoutException _ -> {
          return "no answer in time";
        }
        case ConnectException _ -> {
          return "no connection";
        }
        case NoRouteToHostException _ -> {
          return "no route to it";
        }
        default -> {
          // The cause may lie deeper.
        }
      }
    }
    return "no answer";
  }
}
