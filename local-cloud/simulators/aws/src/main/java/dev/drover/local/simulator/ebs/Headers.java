package dev.drover.local.simulator.ebs;

import dev.drover.local.simulator.ebs.EbsRefusal.ValidationReason;
import dev.drover.local.simulator.http.Request;
import java.util.Optional;

/** The parameters that the EBS direct APIs carry in headers and in the query. */
final class Headers {
  static final String DATA_LENGTH = "x-amz-Data-Length";
  static final String CHECKSUM = "x-amz-Checksum";
  static final String CHECKSUM_ALGORITHM = "x-amz-Checksum-Algorithm";
  static final String AGGREGATION_METHOD = "x-amz-Checksum-Aggregation-Method";
  static final String CHANGED_BLOCKS_COUNT = "x-amz-ChangedBlocksCount";
  static final String PROGRESS = "x-amz-Progress";
  static final String SHA256 = "SHA256";
  static final String LINEAR = "LINEAR";

  private Headers() {}

  static String required(Request request, String header) {
    return request.header(header).orElseThrow(() -> invalid(header + " is required"));
  }

  static void requireValue(Request request, String header, String expected) {
    String actual = required(request, header);
    if (!actual.equals(expected)) {
      throw invalid(header + " must be " + expected + ", not " + actual);
    }
  }

  static int number(String name, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, with what would have been right.
    }
    throw invalid(name + " must be a number from " + min + " to " + max + ", not " + text);
  }

  static Optional<Integer> query(Request request, String name, int min, int max) {
    return Optional.ofNullable(request.query().get(name)).map(text -> number(name, text, min, max));
  }

  static EbsRefusal invalid(String message) {
    return EbsRefusal.validation(ValidationReason.INVALID_PARAMETER_VALUE, message);
  }
}
