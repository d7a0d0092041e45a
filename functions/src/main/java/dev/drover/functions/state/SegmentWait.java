package dev.drover.functions.state;

import dev.drover.protocol.RunId;
import org.jspecify.annotations.Nullable;

/**
 * How many segments of a run are done, and the task of its execution that waits for more of them.
 *
 * <p>Item {@code RUN#<run> / SEGMENTS}. A number that only grows: who waits for n more reads it
 * before he counts them, so a segment that comes between is counted twice and none is lost.
 *
 * @param done segments that were applied or found unreadable, over all attempts of the run
 * @param expected the wait ends when so many are done
 * @param taskToken the waiting task's; null: none waits
 * @param corrupt how many came corrupt, each time that one did
 * @param lastCorrupt the last of them and what is wrong with it, for people; null: none did
 */
public record SegmentWait(
    RunId runId,
    long done,
    long expected,
    @Nullable String taskToken,
    int corrupt,
    @Nullable String lastCorrupt) {}
