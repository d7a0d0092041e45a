package dev.drover.local.simulation.asl;

import java.time.Instant;

/** A state, and when an execution entered it. */
public record StateVisit(String state, Instant entered) {}
