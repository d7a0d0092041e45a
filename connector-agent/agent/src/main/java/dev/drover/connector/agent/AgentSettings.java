package dev.drover.connector.agent;

import dev.drover.connector.pulse.Limits;
import dev.drover.connector.report.HostAddress;
import dev.drover.protocol.EnvironmentName;
import java.time.Duration;

/**
 * What the agent needs to know.
 *
 * @param limits after which what hangs is given up
 * @param maxAbandoned with more threads that do not come back it is unhealthy
 * @param once end after the first task that has left its slot
 */
public record AgentSettings(
    EnvironmentName environment,
    String connectorVersion,
    HostAddress address,
    int slots,
    Duration inventoryInterval,
    Duration statusInterval,
    Duration heartbeatInterval,
    Limits limits,
    int maxAbandoned,
    boolean once) {}
