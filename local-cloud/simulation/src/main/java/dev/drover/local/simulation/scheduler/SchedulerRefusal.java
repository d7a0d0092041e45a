package dev.drover.local.simulation.scheduler;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.SchedulerException;
import software.amazon.awssdk.services.scheduler.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.scheduler.model.ValidationException;

/** The Scheduler's errors, with the status codes of AWS's model, as the SDK throws them. */
final class SchedulerRefusal {
  private SchedulerRefusal() {}

  static SchedulerException conflict(String name) {
    String words = "Schedule " + name + " already exists.";
    return ConflictException.builder()
        .message(words)
        .statusCode(409)
        .awsErrorDetails(details("ConflictException", words))
        .build();
  }

  static SchedulerException notFound(String what) {
    String words = what + " does not exist.";
    return ResourceNotFoundException.builder()
        .message(words)
        .statusCode(404)
        .awsErrorDetails(details("ResourceNotFoundException", words))
        .build();
  }

  static SchedulerException invalid(String words) {
    return ValidationException.builder()
        .message(words)
        .statusCode(400)
        .awsErrorDetails(details("ValidationException", words))
        .build();
  }

  static SchedulerException tooMany(int most) {
    String words = "The account has its limit of " + most + " schedules.";
    return ServiceQuotaExceededException.builder()
        .message(words)
        .statusCode(402)
        .awsErrorDetails(details("ServiceQuotaExceededException", words))
        .build();
  }

  private static AwsErrorDetails details(String code, String words) {
    return AwsErrorDetails.builder()
        .serviceName("Scheduler")
        .errorCode(code)
        .errorMessage(words)
        .build();
  }
}
