package dev.drover.local.simulation.asl;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/**
 * What is kept of an execution.
 *
 * @param ended {@code null} while it runs
 * @param events how many events its history has, as AWS counts them
 * @param mostBytes of an input, a result, an output, or what one state assigned
 */
public record ExecutionSummary(
    String name,
    ExecutionStatus status,
    Instant started,
    @Nullable Instant ended,
    int events,
    long mostBytes) {}
