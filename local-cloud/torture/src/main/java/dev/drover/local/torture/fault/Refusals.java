package dev.drover.local.torture.fault;

import dev.drover.local.torture.wire.Call;
import dev.drover.local.torture.wire.Verdict;

/** How AWS words a refusal: S3 in XML, services that are told by a header in JSON. */
final class Refusals {
  private static final String XML = "application/xml";
  private static final String JSON = "application/x-amz-json-1.0";

  private Refusals() {}

  /** The caller's credentials are not, or no longer, known. */
  static Verdict revoked(Call call) {
    return call.isOfS3()
        ? s3(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.")
        : json(
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.");
  }

  /** The caller's clock is wrong. */
  static Verdict skewed(Call call) {
    return call.isOfS3()
        ? s3(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.")
        : json(
            400,
            "InvalidSignatureException",
            "Signature not yet current: it is later than the server's time.");
  }

  /** A 503 of S3, a 500 of the others. */
  static Verdict unavailable(Call call) {
    return call.isOfS3()
        ? s3(503, "SlowDown", "Please reduce your request rate.")
        : json(500, "InternalServerError", "An internal error has occurred.");
  }

  /** DynamoDB's throttling. */
  static Verdict throttledTable() {
    return json(
        400,
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.");
  }

  private static Verdict s3(int status, String code, String message) {
    return new Verdict.Answer(
        status,
        XML,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(code, message));
  }

  private static Verdict json(int status, String type, String message) {
    return new Verdict.Answer(
        status, JSON, "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(type, message));
  }
}
